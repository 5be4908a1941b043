// The yardstick: what is routed into a TUN device leaves in UDP as it is, and comes out at the
// other end. The same ports as the daemon's, with room taken as ESP takes it, and no policy, SA or
// cryptography.
//
//   esplanade_forwarder TUN OURS THEIRS [plain]      until it is stopped
//
// `plain`: without the offloads of the TUN device; one packet a call, as most user-space tunnels
// do.
#include "net/ipv4.h"
#include "net/udp.h"
#include "platform/poller.h"
#include "platform/tun.h"
#include "platform/udp_port.h"

#include <cstdio>
#include <string_view>

namespace esplanade::bench {
namespace {

constexpr std::uint16_t port = 4500;
constexpr std::uint16_t mtu = 1420;
constexpr std::size_t slot_size = 10240;
constexpr std::size_t in_front = 16, behind = 16 + 2;  // ESP's header and IV; trailer and ICV

struct Ends {
  net::Address ours, theirs;
};

void wrap(net::Packet& packet, const Ends& ends) noexcept {
  std::ranges::fill(packet.push_back(behind), std::byte{0});
  std::ranges::fill(packet.push_front(in_front), std::byte{1});  // no marker of IKE's
  const auto payload = packet.size;
  net::write_udp(packet.push_front(net::udp_header_size).first<net::udp_header_size>(), port, port,
                 payload);
  const auto udp = packet.size;
  net::write_ipv4(packet.push_front(net::ipv4_min_header).first<net::ipv4_min_header>(),
                  {.src = ends.ours,
                   .dst = ends.theirs,
                   .protocol = iana::IpProtocol::udp,
                   .payload_length = udp});
}

void unwrap(net::Packet& packet) noexcept {
  constexpr auto front = net::ipv4_min_header + net::udp_header_size + in_front;
  if (packet.size <= front + behind) return packet.drop(net::Verdict::too_short);
  packet.pop_front(front);
  packet.pop_back(behind);
}

/// One batch each way; true if there was something.
auto serve(platform::Tun& tun, platform::UdpEncapPort& udp, std::span<net::Packet> packets,
           const Ends& ends) noexcept -> bool {
  const auto out = packets.first(tun.read(packets));
  for (auto& packet : out) {
    if (packet.passes()) wrap(packet, ends);
  }
  udp.write(out);
  bool is_busy = !out.empty();
  const auto in = packets.first(udp.read(packets));
  for (auto& packet : in) {
    if (packet.passes()) unwrap(packet);
  }
  tun.write(in);
  is_busy |= !in.empty();
  return is_busy;
}

auto run(std::span<char*> arguments) -> int {
  if (arguments.size() < 4) return 2;
  const bool is_plain = arguments.size() > 4 && std::string_view(arguments[4]) == "plain";
  const auto ours = net::Address::parse(arguments[2]);
  const auto theirs = net::Address::parse(arguments[3]);
  const auto offloads = is_plain ? platform::Offloads::none : platform::Offloads::tcp_and_udp;
  const auto tun = platform::Tun::open(arguments[1], mtu, offloads);
  const auto udp = platform::UdpEncapPort::open(port, 0);
  const auto poller = platform::Poller::make();
  if (!ours || !theirs || !tun || !udp || !poller) {
    std::fputs("cannot begin\n", stderr);
    return 1;
  }
  (*poller)->watch({(*tun)->descriptor(), (*udp)->descriptors()[0]});
  net::Arena arena(slot_size, net::batch_max);
  std::puts("ready");
  std::fflush(stdout);
  while (!(*tun)->is_gone()) {
    if (!serve(**tun, **udp, arena.packets(), {*ours, *theirs})) {
      (*poller)->wait(std::chrono::seconds(1));
    }
  }
  return 0;
}

}  // namespace
}  // namespace esplanade::bench

auto main(int argc, char** argv) -> int {
  return esplanade::bench::run({argv, static_cast<std::size_t>(argc)});
}
