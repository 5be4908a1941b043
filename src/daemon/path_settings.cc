#include "daemon/path_settings.h"

#include "net/ipv4.h"
#include "net/ipv6.h"
#include "pipeline/by_protocol.h"

#include <algorithm>

namespace esplanade::daemon {

auto with_path(sa::SaParameters parameters, const config::Dataplane& dataplane)
    -> sa::SaParameters {
  parameters.path_mtu = dataplane.path_mtu;
  parameters.path_mtu_age = dataplane.path_mtu_age;
  parameters.fragmenting = dataplane.fragmenting;
  parameters.tcp_mss = dataplane.tcp_mss;
  parameters.icmp_errors = dataplane.icmp_error_check;
  return parameters;
}

auto largest_packet(const ipsec::OutboundSa& sa) -> std::size_t {
  const bool is_ipv4 = sa.parameters.ours.family() == net::Family::ipv4;
  const auto kept = is_ipv4 ? net::ipv4_min_header : net::ipv6_header_size;
  return pipeline::overhead_of(sa.parameters, sa.suite.sizes, kept)
      .largest_inner(sa.path_mtu.link());
}

auto largest_packets(const policy::Sad& sad) -> std::vector<std::size_t> {
  std::vector<std::size_t> largest;
  sad.for_each_outbound(
      [&](const ipsec::OutboundSa& sa) { largest.push_back(largest_packet(sa)); });
  return largest;
}

auto tun_mtu(std::span<const std::size_t> largest, std::uint16_t otherwise) -> std::uint16_t {
  if (largest.empty()) return otherwise;
  constexpr std::size_t least = 1280;  // RFC 8200, 5
  constexpr std::size_t most = 9000;   // what the worker's slots take
  return static_cast<std::uint16_t>(std::clamp(std::ranges::min(largest), least, most));
}

}  // namespace esplanade::daemon
