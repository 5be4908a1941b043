// What packets and SAs the roads are measured with, by name.
#pragma once

#include "tests/support/sas.h"

#include <string_view>

namespace esplanade::bench {

struct RoadShape {
  std::string_view name;
  test::SaSpec spec;
  core::Bytes packet;
};

[[nodiscard]] inline auto udp6_of_size(std::size_t size) -> core::Bytes {
  return test::Ipv6Packet{.payload = test::udp(1000, 2000, test::pattern(size - 48))}.bytes();
}

[[nodiscard]] inline auto tcp4_of_size(std::size_t size) -> core::Bytes {
  const test::TcpSegment segment{.data = test::pattern(size - 40)};
  return test::Ipv4Packet{.protocol = iana::IpProtocol::tcp, .payload = segment.bytes()}.bytes();
}

/// Tunnels and transport of both families, in UDP and not.
[[nodiscard]] inline auto road_shapes(std::size_t size) -> std::vector<RoadShape> {
  constexpr std::string_view ours6 = "2001:db8:f::1";
  constexpr std::string_view theirs6 = "2001:db8:f::2";
  const auto in_udp = sa::UdpEncapsulation{.ours = 4500, .theirs = 4500};
  return {
      {"tunnel4", {}, test::udp4_of_size(size)},
      {"tunnel4-tcp", {.tcp_mss = sa::TcpMss::lower}, tcp4_of_size(size)},
      {"tunnel4-udp", {.encapsulation = in_udp}, test::udp4_of_size(size)},
      {"tunnel4-esn", {.esn = sa::Esn::yes}, test::udp4_of_size(size)},
      {"tunnel6", {.ours = ours6, .theirs = theirs6}, udp6_of_size(size)},
      {"tunnel6-udp",
       {.encapsulation = in_udp, .ours = ours6, .theirs = theirs6},
       udp6_of_size(size)},
      {"transport4", {.mode = sa::Mode::transport}, test::udp4_of_size(size)},
      {"transport6",
       {.mode = sa::Mode::transport, .ours = ours6, .theirs = theirs6},
       udp6_of_size(size)},
  };
}

}  // namespace esplanade::bench
