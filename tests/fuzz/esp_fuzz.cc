// Both roads against whatever arrives. The first octet chooses the road and the SA:
//
//   0..3  the rest is a datagram from the unprotected side, as it came
//   4..7  the rest is the plaintext of an authentic ESP packet: parsing behind the decryption
//   8..   the rest is a clear packet on its way out
//
// Afterwards each packet lies within its slot, and one that passes is a whole IP datagram.
#include "tests/support/esp.h"
#include "tests/support/roads.h"

namespace {

using namespace esplanade;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

/// Every kind and mode; the SPI is 0x1001 and on.
const std::vector<SaSpec> specs = {
    {.kind = Kind::aead, .replay_window = 0},
    {.kind = Kind::encrypt_then_mac, .esn = sa::Esn::yes, .replay_window = 0},
    {.mode = sa::Mode::transport, .esn = sa::Esn::yes, .replay_window = 64},
    {.kind = Kind::encrypt_then_mac,
     .mode = sa::Mode::transport,
     .encapsulation = sa::UdpEncapsulation{},
     .replay_window = 64},
};

auto numbered(std::size_t i) -> SaSpec {
  auto spec = specs[i % specs.size()];
  spec.spi += static_cast<std::uint32_t>(i % specs.size());
  return spec;
}

auto all_numbered() -> std::vector<SaSpec> {
  std::vector<SaSpec> all;
  for (std::size_t i = 0; i < specs.size(); ++i) all.push_back(numbered(i));
  return all;
}

void must_be_sound(const net::Packet& packet) {
  core::ensure(std::size_t{packet.begin} + packet.size <= packet.slot.size());
  if (!packet.passes()) return;
  const auto datagram = net::Datagram::parse(packet.bytes());
  core::ensure(datagram && datagram->total_length == packet.size);
}

void receive(View datagram) {
  NoNotices notices;
  Gateways gateways(all_numbered(), notices);
  Slot slot(datagram);
  gateways.receive({&slot.packet, 1});
  must_be_sound(slot.packet);
}

/// Pads the plaintext at its front, so that its trailer stays the input's.
void receive_authentic(std::size_t which, View rest) {
  const auto spec = numbered(which);
  auto sender = make_outbound(spec);
  const std::size_t align = sender->suite.sizes.align;
  Bytes plaintext((align - rest.size() % align) % align);
  append(plaintext, rest);
  if (plaintext.empty()) return;
  receive(signed_by(*sender, plaintext));
}

/// ESP or AH that is for the receiver itself, as is all that transport mode carries, and not
/// authentic here.
auto is_opened_again(const SaSpec& spec, const net::Datagram& clear) -> bool {
  const bool is_protected =
      clear.protocol == iana::IpProtocol::esp || clear.protocol == iana::IpProtocol::ah;
  const bool is_for_receiver =
      spec.mode == sa::Mode::transport || clear.dst == address(spec.theirs);
  return is_protected && is_for_receiver;
}

void send(std::size_t which, View datagram) {
  const auto clear = net::Datagram::parse(datagram);
  NoNotices notices;
  Gateways gateways({numbered(which)}, notices);
  Slot slot(datagram, 4096 + net::headroom);
  gateways.send({&slot.packet, 1});
  must_be_sound(slot.packet);
  if (!slot.packet.passes()) return;
  core::ensure(gateways.sender.sad.outbound(core::SaIndex{0}).last_sequence().value == 1);
  gateways.receive({&slot.packet, 1});
  must_be_sound(slot.packet);
  if (is_opened_again(numbered(which), *clear)) return;
  // Next Header 59 is a dummy to the receiver, whoever sent it (RFC 4303, 2.6).
  core::ensure(slot.packet.passes() || slot.packet.verdict == net::Verdict::dummy);
  if (slot.packet.passes()) core::ensure(slot.packet.size == clear->total_length);
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  const auto input = std::as_bytes(std::span(data, size));
  if (input.empty() || input.size() > 4096) return 0;
  const auto choice = std::to_integer<std::size_t>(input[0]);
  const auto rest = input.subspan(1);
  if (choice < 4) {
    receive(rest);
  } else if (choice < 8) {
    receive_authentic(choice, rest);
  } else {
    send(choice, rest);
  }
  return 0;
}
