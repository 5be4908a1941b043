#include "pipeline/path/path_fit.h"

#include "ipsec/tunnel.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/tcp.h"
#include "net/tcp_mss.h"
#include "pipeline/by_protocol.h"

namespace esplanade::pipeline {
namespace {

constexpr std::size_t least_ipv6_link = 1280;  // RFC 8200, 5

auto has_df(const net::Datagram& datagram, core::View octets) noexcept -> bool {
  if (datagram.family == net::Family::ipv6) return false;
  const auto ip = net::Ipv4::parse(octets);
  return ip && ip->dont_fragment();
}

/// May the datagram around a packet be cut?
auto may_cut_outer(const sa::SaParameters& parameters, bool inner_df) noexcept -> bool {
  return !ipsec::outer_df(parameters.df, inner_df);
}

auto answer_ipv4(const sa::SaParameters& parameters, bool df) noexcept -> PathFit {
  const bool cuts_before = parameters.fragmenting == sa::Fragmenting::before;
  if (!df && parameters.mode == sa::Mode::tunnel && cuts_before) return PathFit::cut_before;
  return may_cut_outer(parameters, df) ? PathFit::cut_after : PathFit::refused;
}

/// No router cuts IPv6, so that its packets are taken as if they had DF. Only what every link takes
/// cannot be refused (ARCH-8.2.1-05).
auto answer_ipv6(const sa::SaParameters& parameters, std::size_t size) noexcept -> PathFit {
  if (size <= least_ipv6_link) return PathFit::cut_after;
  return may_cut_outer(parameters, true) ? PathFit::cut_after : PathFit::refused;
}

/// What an announced segment size must not exceed for the packets of the connection that `datagram`
/// opens to fit. 0 where nothing does.
auto largest_segment(const Path& path, const net::Datagram& datagram) noexcept -> std::uint16_t {
  const auto overhead = overhead_of(path.parameters, path.sizes, datagram.upper_offset);
  const auto headers = datagram.upper_offset + net::tcp_min_header;
  const auto largest = overhead.largest_inner(path.mtu);
  return static_cast<std::uint16_t>(largest > headers ? largest - headers : 0);
}

}  // namespace

auto overhead_for(ipsec::OutboundSa& sa, std::size_t upper_offset) noexcept -> ipsec::Overhead {
  if (!sa.overhead) sa.overhead = overhead_of(sa.parameters, sa.suite.sizes, 0);
  const bool is_transport = sa.parameters.mode == sa::Mode::transport;
  return is_transport ? sa.overhead->keeping(upper_offset) : *sa.overhead;
}

auto fit_path(const ipsec::OutboundSa& sa, const net::Datagram& datagram,
              core::View octets) noexcept -> PathAnswer {
  const auto& parameters = sa.parameters;
  const auto overhead = overhead_of(parameters, sa.suite.sizes, datagram.upper_offset);
  const auto size = datagram.total_length;
  const auto path_mtu = sa.path_mtu.current();
  if (overhead.outer_size(size) <= path_mtu) return {.fit = PathFit::whole};
  const auto largest = static_cast<std::uint16_t>(overhead.largest_inner(path_mtu));
  if (datagram.family == net::Family::ipv6) {
    return {answer_ipv6(parameters, size), std::max<std::uint16_t>(largest, least_ipv6_link)};
  }
  return {answer_ipv4(parameters, has_df(datagram, octets)), largest};
}

void lower_mss(const Path& path, const net::Datagram& datagram, core::MutableView octets) noexcept {
  const bool is_tcp = datagram.protocol == iana::IpProtocol::tcp && datagram.ports.has_value();
  if (!is_tcp || path.parameters.tcp_mss == sa::TcpMss::keep) return;
  const auto segment = octets.first(datagram.total_length).subspan(datagram.upper_offset);
  if (net::announces_mss(segment)) net::lower_mss(segment, largest_segment(path, datagram));
}

}  // namespace esplanade::pipeline
