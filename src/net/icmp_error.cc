#include "net/icmp_error.h"

#include "core/writer.h"
#include "net/checksum.h"
#include "net/icmp.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#include <algorithm>

namespace esplanade::net {
namespace {

using core::MutableView;
using core::View;
using iana::IpProtocol;

constexpr std::uint8_t icmp_unreachable = 3;
constexpr std::uint8_t icmp_fragmentation_needed = 4;
constexpr std::uint8_t icmp_prohibited = 13;
constexpr std::uint8_t icmpv6_unreachable = 1;
constexpr std::uint8_t icmpv6_prohibited = 1;
constexpr std::uint8_t icmpv6_too_big = 2;
constexpr std::size_t longest_ipv4_error = 576;  // RFC 1812, 4.3.2.3
constexpr std::size_t icmp_checksum_at = 2;

/// RFC 1122, 3.2.2 and RFC 4443, 2.1: errors have these types.
auto is_icmp_error(const Datagram& datagram, View octets) noexcept -> bool {
  if (octets.size() <= datagram.upper_offset) return false;
  const auto type = std::to_integer<unsigned>(octets[datagram.upper_offset]);
  if (datagram.protocol == IpProtocol::icmpv6) return type < 128;
  constexpr auto errors = std::to_array<unsigned>({3, 4, 5, 11, 12});
  return datagram.protocol == IpProtocol::icmp && std::ranges::count(errors, type) != 0;
}

auto is_one_host(const Address& address) noexcept -> bool {
  const auto first = std::to_integer<unsigned>(address.bytes()[0]);
  if (address.family() == Family::ipv6) return first != 0xff;
  return first != 0 && first < 224;
}

auto is_unspecified(const Address& address) noexcept -> bool {
  return std::ranges::all_of(address.bytes(),
                             [](std::byte octet) { return octet == std::byte{0}; });
}

auto has_ipv6_header(View packet) noexcept -> bool {
  return std::to_integer<unsigned>(packet[0]) >> 4 == 6;
}

/// What an error says, beside what it quotes.
struct ErrorFields {
  Address from;
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t mtu = 0;  ///< 0 where it is not about sizes
};

void write_message(MutableView message, const ErrorFields& fields, View quoted) noexcept {
  core::Writer(message).u8(fields.type).u8(fields.code).u16(0).u32(fields.mtu).octets(quoted);
}

auto write_ipv4_error(MutableView out, View packet, const ErrorFields& fields) noexcept
    -> std::size_t {
  const auto ip = Ipv4::parse(packet);
  const auto size = std::min<std::size_t>(ip->total_length(),
                                          longest_ipv4_error - ipv4_min_header - icmp_header_size);
  const auto message = out.subspan(ipv4_min_header, icmp_header_size + size);
  write_message(message, fields, packet.first(size));
  core::store_be(Checksum{}.add(message).finish(), message, icmp_checksum_at);
  write_ipv4(out.first<ipv4_min_header>(),
             {.src = fields.from,
              .dst = ip->src(),
              .protocol = IpProtocol::icmp,
              .payload_length = static_cast<std::uint16_t>(message.size())});
  return ipv4_min_header + message.size();
}

auto write_ipv6_error(MutableView out, View packet, const ErrorFields& fields) noexcept
    -> std::size_t {
  const auto ip = Ipv6::parse(packet);
  const auto size =
      std::min(ip->total_length(), longest_icmp_error - ipv6_header_size - icmp_header_size);
  const auto message = out.subspan(ipv6_header_size, icmp_header_size + size);
  write_message(message, fields, packet.first(size));
  const auto length = static_cast<std::uint16_t>(message.size());
  core::store_be(Checksum{}
                     .add_pseudo_header(fields.from, ip->src(), IpProtocol::icmpv6, length)
                     .add(message)
                     .finish(),
                 message, icmp_checksum_at);
  write_ipv6(out.first<ipv6_header_size>(), {.src = fields.from,
                                             .dst = ip->src(),
                                             .next_header = IpProtocol::icmpv6,
                                             .payload_length = length});
  return ipv6_header_size + message.size();
}

/// Only the beginning is there, so its lengths say nothing about what follows.
auto quoted_ipv4(View quoted) noexcept -> std::optional<QuotedPacket> {
  if (quoted.size() < ipv4_min_header) return std::nullopt;
  const auto header = std::to_integer<std::size_t>(quoted[0] & std::byte{0x0f}) * 4;
  const bool is_ipv4 = std::to_integer<unsigned>(quoted[0] >> 4) == 4;
  if (!is_ipv4 || header < ipv4_min_header || header > quoted.size()) return std::nullopt;
  constexpr std::uint16_t offset_bits = 0x1fff;
  const bool shows_upper = (core::load_be<std::uint16_t>(quoted, 6) & offset_bits) == 0;
  return QuotedPacket{.src = Address{quoted.subspan<12, 4>()},
                      .dst = Address{quoted.subspan<16, 4>()},
                      .total_length = core::load_be<std::uint16_t>(quoted, 2),
                      .protocol = IpProtocol{std::to_integer<std::uint8_t>(quoted[9])},
                      .upper = shows_upper ? quoted.subspan(header) : View{}};
}

/// Steps over one extension header of `packet`, if it begins with one that is there.
auto step(QuotedPacket& packet) noexcept -> bool {
  if (!is_walked(packet.protocol) || packet.upper.size() < 8) return false;
  const bool is_fragment = packet.protocol == IpProtocol::fragment;
  const auto units = is_fragment ? 0 : std::to_integer<std::size_t>(packet.upper[1]);
  const auto size = units * 8 + 8;
  if (size > packet.upper.size()) return false;
  const bool is_later_fragment =
      is_fragment && (core::load_be<std::uint16_t>(packet.upper, 2) & 0xfff8) != 0;
  packet.protocol = IpProtocol{std::to_integer<std::uint8_t>(packet.upper[0])};
  packet.upper = is_later_fragment ? View{} : packet.upper.subspan(size);
  return !is_later_fragment;
}

auto quoted_ipv6(View quoted) noexcept -> std::optional<QuotedPacket> {
  if (quoted.size() < ipv6_header_size) return std::nullopt;
  if (std::to_integer<unsigned>(quoted[0] >> 4) != 6) return std::nullopt;
  const auto length = core::load_be<std::uint16_t>(quoted, 4) + ipv6_header_size;
  QuotedPacket packet{
      .src = Address{quoted.subspan<8, 16>()},
      .dst = Address{quoted.subspan<24, 16>()},
      .total_length = static_cast<std::uint16_t>(std::min<std::size_t>(length, 0xffff)),
      .protocol = IpProtocol{std::to_integer<std::uint8_t>(quoted[6])},
      .upper = quoted.subspan(ipv6_header_size)};
  while (step(packet)) {
  }
  return packet;
}

auto read_ipv4_error(const Ipv4& ip) noexcept -> std::optional<TooBigError> {
  if (ip.protocol() != IpProtocol::icmp || ip.is_fragment()) return std::nullopt;
  const auto icmp = Icmp::parse(ip.payload());
  if (!icmp || !icmp->is_checksum_right()) return std::nullopt;
  if (icmp->type() != icmp_unreachable || icmp->code() != icmp_fragmentation_needed) return {};
  const auto quoted = quoted_ipv4(icmp->payload());
  if (!quoted) return std::nullopt;
  return TooBigError{core::load_be<std::uint16_t>(ip.payload(), 6), *quoted};
}

auto read_ipv6_error(const Ipv6& ip) noexcept -> std::optional<TooBigError> {
  const auto chain = ip.chain();
  if (!chain || chain->protocol != IpProtocol::icmpv6 || chain->fragment) return std::nullopt;
  const auto message = ip.payload().subspan(chain->upper_offset - ipv6_header_size);
  const auto icmp = Icmp::parse(message);
  if (!icmp || !icmp->is_checksum_right(ip.src(), ip.dst())) return std::nullopt;
  if (icmp->type() != icmpv6_too_big) return std::nullopt;
  const auto quoted = quoted_ipv6(icmp->payload());
  if (!quoted) return std::nullopt;
  return TooBigError{core::load_be<std::uint32_t>(message, 4), *quoted};
}

}  // namespace

auto may_be_answered(const Datagram& datagram, View octets) noexcept -> bool {
  if (!datagram.has_upper_header || is_icmp_error(datagram, octets)) return false;
  return is_one_host(datagram.src) && !is_unspecified(datagram.src) && is_one_host(datagram.dst);
}

auto write_too_big(MutableView out, View packet, const TooBigFields& fields) noexcept
    -> std::size_t {
  const auto& [from, mtu] = fields;
  if (has_ipv6_header(packet)) return write_ipv6_error(out, packet, {from, icmpv6_too_big, 0, mtu});
  return write_ipv4_error(out, packet, {from, icmp_unreachable, icmp_fragmentation_needed, mtu});
}

auto write_prohibited(MutableView out, View packet, const Address& from) noexcept -> std::size_t {
  if (has_ipv6_header(packet)) {
    return write_ipv6_error(out, packet, {from, icmpv6_unreachable, icmpv6_prohibited});
  }
  return write_ipv4_error(out, packet, {from, icmp_unreachable, icmp_prohibited});
}

auto parse_quoted(View start) noexcept -> std::optional<QuotedPacket> {
  if (start.empty()) return std::nullopt;
  return has_ipv6_header(start) ? quoted_ipv6(start) : quoted_ipv4(start);
}

auto quoted_in(const Datagram& error, View octets) noexcept -> std::optional<Datagram> {
  if (error.is_fragment || !is_icmp_error(error, octets)) return std::nullopt;
  const auto icmp = Icmp::parse(octets.first(error.total_length).subspan(error.upper_offset));
  if (!icmp) return std::nullopt;
  const bool is_ipv6 = error.family == Family::ipv6;
  const auto quoted = is_ipv6 ? quoted_ipv6(icmp->payload()) : quoted_ipv4(icmp->payload());
  if (!quoted) return std::nullopt;
  return Datagram{.family = error.family,
                  .src = quoted->src,
                  .dst = quoted->dst,
                  .protocol = quoted->protocol,
                  .total_length = quoted->total_length,
                  .has_upper_header = !quoted->upper.empty(),
                  .ports = ports_of(quoted->protocol, quoted->upper)};
}

auto read_too_big(View datagram) noexcept -> std::optional<TooBigError> {
  if (const auto ipv4 = Ipv4::parse(datagram)) return read_ipv4_error(*ipv4);
  if (const auto ipv6 = Ipv6::parse(datagram)) return read_ipv6_error(*ipv6);
  return std::nullopt;
}

}  // namespace esplanade::net
