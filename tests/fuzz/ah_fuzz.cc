// AH against whatever arrives. The first octet chooses the SA and the direction:
//
//   0..3  the rest is a datagram from the unprotected side, as it came
//   4..   the rest is a clear packet on its way out, and what becomes of it is opened again
//
// Afterwards each packet lies within its slot, and one that passes is a whole IP datagram.
#include "tests/support/ah.h"
#include "tests/support/roads.h"

namespace {

using namespace esplanade;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto spec_at(std::size_t i) -> SaSpec {
  static const auto algorithms = all_ah_algorithms();
  SaSpec spec{.algorithms = algorithms[i / 4 % algorithms.size()],
              .protocol = sa::Protocol::ah,
              .mode = (i & 1) != 0 ? sa::Mode::transport : sa::Mode::tunnel,
              .replay_window = 0};
  if ((i & 2) != 0) {
    spec.ours = "2001:db8::1";
    spec.theirs = "2001:db8::2";
  }
  return spec;
}

void must_be_sound(const net::Packet& packet) {
  core::ensure(std::size_t{packet.begin} + packet.size <= packet.slot.size());
  if (!packet.passes()) return;
  const auto datagram = net::Datagram::parse(packet.bytes());
  core::ensure(datagram && datagram->total_length == packet.size);
}

void receive(std::size_t which, View datagram) {
  NoNotices notices;
  Gateways gateways({spec_at(which)}, notices);
  Slot slot(datagram);
  gateways.receive({&slot.packet, 1});
  must_be_sound(slot.packet);
  core::ensure(!slot.packet.passes());  // nobody guesses an ICV
}

/// AH that a tunnel has carried and that is for the receiver is opened too, and not authentic here.
auto is_for_receiver(const SaSpec& spec, const net::Datagram& clear) -> bool {
  return clear.protocol == iana::IpProtocol::ah && clear.dst == address(spec.theirs);
}

void send(std::size_t which, View datagram) {
  const auto spec = spec_at(which);
  const auto clear = net::Datagram::parse(datagram);
  NoNotices notices;
  Gateways gateways({spec}, notices);
  Slot slot(datagram, 4096 + net::headroom);
  gateways.send({&slot.packet, 1});
  must_be_sound(slot.packet);
  if (!slot.packet.passes()) return;
  core::ensure(gateways.sender.sad.outbound(core::SaIndex{0}).last_sequence().value == 1);
  gateways.receive({&slot.packet, 1});
  must_be_sound(slot.packet);
  if (is_for_receiver(spec, *clear)) return;
  core::ensure(slot.packet.verdict != net::Verdict::bad_icv ||
               spec.mode == sa::Mode::transport);  // a source route with hops left
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  const auto input = std::as_bytes(std::span(data, size));
  if (input.empty() || input.size() > 4096) return 0;
  const auto choice = std::to_integer<std::size_t>(input[0]);
  if (choice < 4) {
    receive(choice, input.subspan(1));
  } else {
    send(choice, input.subspan(1));
  }
  return 0;
}
