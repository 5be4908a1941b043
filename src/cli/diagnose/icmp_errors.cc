#include "cli/diagnose/icmp_errors.h"

#include "core/endian.h"
#include "core/reader.h"
#include "net/icmp.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

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

/// Only the beginning of the packet is there, so its lengths say nothing.
auto quoted_ipv4(core::View quoted, Unreachable& to) -> bool {
  if (quoted.size() < net::ipv4_min_header) return false;
  const auto header = std::to_integer<std::size_t>(quoted[0] & std::byte{0x0f}) * 4;
  core::Reader r{quoted};
  r.skip(9);
  const auto protocol = static_cast<iana::IpProtocol>(r.u8());
  r.skip(2);
  const auto src = r.take(4);
  const auto dst = r.take(4);
  if (header < net::ipv4_min_header) return false;
  r.skip(header - net::ipv4_min_header);
  to.of.port = r.u16();
  to.to.port = r.u16();
  if (r.failed() || protocol != iana::IpProtocol::udp) return false;
  to.of.address = net::Address{src.first<4>()};
  to.to.address = net::Address{dst.first<4>()};
  return true;
}

auto quoted_ipv6(core::View quoted, Unreachable& to) -> bool {
  core::Reader r{quoted};
  r.skip(6);
  const auto protocol = static_cast<iana::IpProtocol>(r.u8());
  r.skip(1);
  const auto src = r.take(16);
  const auto dst = r.take(16);
  to.of.port = r.u16();
  to.to.port = r.u16();
  if (r.failed() || protocol != iana::IpProtocol::udp) return false;
  to.of.address = net::Address{src.first<16>()};
  to.to.address = net::Address{dst.first<16>()};
  return true;
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
  Unreachable found{
      .frame = 0, .why = kind->why, .from = datagram.src, .of = {}, .to = {}, .mtu = kind->mtu};
  const bool is_read =
      is_v4 ? quoted_ipv4(icmp->payload(), found) : quoted_ipv6(icmp->payload(), found);
  return is_read ? std::optional(found) : std::nullopt;
}

}  // namespace esplanade::cli::diagnose
