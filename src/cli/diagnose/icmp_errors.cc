#include "cli/diagnose/icmp_errors.h"

#include "core/endian.h"
#include "net/icmp.h"
#include "net/icmp_error.h"

namespace esplanade::cli::diagnose {
namespace {

using ike::explain::Unreachable;
using Why = Unreachable::Why;

struct Kind {
  Why why{};
  std::uint16_t mtu = 0;
};

/// The next-hop MTU stands in the second half of the four octets behind the checksum (RFC 1191, 4);
/// of ICMPv6 in all four (RFC 4443, 3.2), but is never beyond 65535 where it matters.
auto mtu_in(core::View message) -> std::uint16_t {
  return core::load_be<std::uint16_t>(message, 6);
}

auto kind_of_icmp(const net::Icmp& icmp, core::View message) -> std::optional<Kind> {
  constexpr std::uint8_t unreachable = 3;
  if (icmp.type() != unreachable) return std::nullopt;
  switch (icmp.code()) {
    case 3:  return Kind{.why = Why::port};
    case 4:  return Kind{.why = Why::too_big, .mtu = mtu_in(message)};
    case 9:
    case 10:
    case 13: return Kind{.why = Why::prohibited};
    default: return Kind{.why = Why::other};
  }
}

auto kind_of_icmpv6(const net::Icmp& icmp, core::View message) -> std::optional<Kind> {
  constexpr std::uint8_t unreachable = 1;
  constexpr std::uint8_t too_big = 2;
  if (icmp.type() == too_big) return Kind{.why = Why::too_big, .mtu = mtu_in(message)};
  if (icmp.type() != unreachable) return std::nullopt;
  switch (icmp.code()) {
    case 4:  return Kind{.why = Why::port};
    case 1:  return Kind{.why = Why::prohibited};
    default: return Kind{.why = Why::other};
  }
}

}  // namespace

auto icmp_error_in(core::View bytes, const net::Datagram& datagram) -> std::optional<Unreachable> {
  const bool is_v4 = datagram.protocol == iana::IpProtocol::icmp;
  if ((!is_v4 && datagram.protocol != iana::IpProtocol::icmpv6) || datagram.is_fragment) return {};
  const auto message = bytes.first(datagram.total_length).subspan(datagram.upper_offset);
  const auto icmp = net::Icmp::parse(message);
  if (!icmp) return std::nullopt;
  const auto kind = is_v4 ? kind_of_icmp(*icmp, message) : kind_of_icmpv6(*icmp, message);
  if (!kind) return std::nullopt;
  const auto quoted = net::quoted_in(datagram, bytes);
  if (!quoted || quoted->protocol != iana::IpProtocol::udp || !quoted->ports) return std::nullopt;
  return Unreachable{.frame = 0,
                     .why = kind->why,
                     .from = datagram.src,
                     .of = {quoted->src, quoted->ports->src},
                     .to = {quoted->dst, quoted->ports->dst},
                     .mtu = kind->mtu};
}

}  // namespace esplanade::cli::diagnose
