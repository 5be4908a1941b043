#include "net/datagram.h"

#include "core/endian.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#include <utility>

namespace esplanade::net {
namespace {

using iana::IpProtocol;

auto both(std::byte high, std::byte low) noexcept -> Ports {
  const auto value = static_cast<std::uint16_t>(std::to_integer<unsigned>(high) << 8 |
                                                std::to_integer<unsigned>(low));
  return {.src = value, .dst = value};
}

// Both fill the result where the caller wants it: once a packet, a copy of it would show.

auto from(const Ipv4& ip) noexcept -> core::Result<Datagram> {
  core::Result<Datagram> result;
  result->family = Family::ipv4;
  result->src = ip.src();
  result->dst = ip.dst();
  result->tos = ip.tos();
  result->protocol = ip.protocol();
  result->total_length = ip.total_length();
  result->upper_offset = ip.header_length();
  result->is_fragment = ip.is_fragment();
  result->has_upper_header = ip.fragment_offset() == 0;
  result->fragment_id = ip.id();
  if (result->has_upper_header) result->ports = ports_of(ip.protocol(), ip.payload());
  return result;
}

auto from(const Ipv6& ip, const Ipv6Chain& chain) noexcept -> core::Result<Datagram> {
  core::Result<Datagram> result;
  result->family = Family::ipv6;
  result->src = ip.src();
  result->dst = ip.dst();
  result->tos = ip.traffic_class();
  result->protocol = chain.protocol;
  result->total_length = ip.total_length();
  result->upper_offset = chain.upper_offset;
  // An atomic fragment is a whole datagram (RFC 6946, 4).
  result->is_fragment = chain.fragment && !chain.fragment->is_atomic();
  result->has_upper_header = !chain.fragment || chain.fragment->offset == 0;
  if (chain.fragment) result->fragment_id = chain.fragment->id;
  if (result->has_upper_header) {
    const auto upper = ip.payload().subspan(chain.upper_offset - ipv6_header_size);
    result->ports = ports_of(chain.protocol, upper);
  }
  return result;
}

}  // namespace

auto bears_ports(IpProtocol protocol) noexcept -> bool {
  using enum IpProtocol;
  return protocol == tcp || protocol == udp || protocol == sctp || protocol == udp_lite ||
         protocol == icmp || protocol == icmpv6 || protocol == mobility;
}

auto ports_of(IpProtocol protocol, core::View upper) noexcept -> std::optional<Ports> {
  using enum IpProtocol;
  if (protocol == tcp || protocol == udp || protocol == sctp || protocol == udp_lite) {
    if (upper.size() < 4) return std::nullopt;
    return Ports{.src = core::load_be<std::uint16_t>(upper.subspan<0, 2>()),
                 .dst = core::load_be<std::uint16_t>(upper.subspan<2, 2>())};
  }
  if (protocol == icmp || protocol == icmpv6) {
    if (upper.size() < 2) return std::nullopt;
    return both(upper[0], upper[1]);
  }
  if (protocol == mobility) {
    if (upper.size() < 3) return std::nullopt;
    return both(upper[2], std::byte{0});
  }
  return std::nullopt;
}

auto reversed(Datagram datagram) noexcept -> Datagram {
  std::swap(datagram.src, datagram.dst);
  if (datagram.ports) std::swap(datagram.ports->src, datagram.ports->dst);
  return datagram;
}

auto Datagram::parse(core::View bytes) noexcept -> core::Result<Datagram> {
  if (bytes.empty()) return core::failure(core::Code::too_short);
  if (static_cast<Family>(bytes[0] >> 4) == Family::ipv4) return from(TRY(Ipv4::parse(bytes)));
  const auto ip = TRY(Ipv6::parse(bytes));  // refuses any other version
  const auto chain = ip.chain();
  if (!chain) return std::unexpected(chain.error());
  return from(ip, *chain);
}

}  // namespace esplanade::net
