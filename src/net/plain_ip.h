// IP headers at a glance, for the data roads: what most packets have, read without making values of
// it. What is refused here may still be a good datagram, and has to be parsed (net/ipv4.h,
// net/ipv6.h); what is taken, parsing would take too.
#pragma once

#include "core/bytes.h"
#include "core/endian.h"
#include "iana/ip_protocol.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

namespace esplanade::net {

[[nodiscard]] inline auto octet_at(core::View octets, std::size_t at) noexcept -> unsigned {
  return std::to_integer<unsigned>(octets[at]);
}

/// Of a datagram that is not empty.
[[nodiscard]] inline auto is_ipv6(core::View datagram) noexcept -> bool {
  return octet_at(datagram, 0) >> 4 == 6;
}

/// What its header says of the datagram at the beginning of `octets`, whatever stands behind it;
/// 0 where the parsers refuse the header, or there are fewer octets.
[[nodiscard]] inline auto size_of_ipv4(core::View octets) noexcept -> std::size_t {
  if (octets.size() < ipv4_min_header || octet_at(octets, 0) >> 4 != 4) return 0;
  const auto header = std::size_t{octet_at(octets, 0) & 0xf} * 4;
  const std::size_t total = core::load_be<std::uint16_t>(octets.subspan<2, 2>());
  return header >= ipv4_min_header && header <= total && total <= octets.size() ? total : 0;
}
[[nodiscard]] inline auto size_of_ipv6(core::View octets) noexcept -> std::size_t {
  if (octets.size() < ipv6_header_size || octet_at(octets, 0) >> 4 != 6) return 0;
  const std::size_t payload = core::load_be<std::uint16_t>(octets.subspan<4, 2>());
  const std::size_t total = ipv6_header_size + payload;
  if (payload == 0 && octets.size() > total) return 0;  // perhaps a jumbogram: parsing tells
  return total <= octets.size() ? total : 0;
}

/// A whole datagram without options. Of IPv6, `protocol` may be that of an extension header.
struct PlainIp {
  std::size_t header = 0;  ///< octets
  std::size_t total = 0;
  iana::IpProtocol protocol{};
};

/// False, with `ip` in any state, for IPv4 with options or in fragments, and for what is no such
/// datagram. Each family has its own, so that what follows is compiled for one header's size.
[[nodiscard]] inline auto read_plain_ipv4(core::View octets, PlainIp& ip) noexcept -> bool {
  if (octets.size() < ipv4_min_header || octets[0] != std::byte{0x45}) return false;
  ip.header = ipv4_min_header;
  ip.total = core::load_be<std::uint16_t>(octets.subspan<2, 2>());
  ip.protocol = static_cast<iana::IpProtocol>(octets[9]);
  const bool is_fragment = ((octet_at(octets, 6) & 0x3f) | octet_at(octets, 7)) != 0;
  return !is_fragment && ip.total >= ipv4_min_header && ip.total <= octets.size();
}
[[nodiscard]] inline auto read_plain_ipv6(core::View octets, PlainIp& ip) noexcept -> bool {
  ip.header = ipv6_header_size;
  ip.total = size_of_ipv6(octets);
  if (ip.total == 0) return false;
  ip.protocol = static_cast<iana::IpProtocol>(octets[6]);
  return true;
}
[[nodiscard]] inline auto read_plain_ip(core::View octets, PlainIp& ip) noexcept -> bool {
  return read_plain_ipv4(octets, ip) || read_plain_ipv6(octets, ip);
}

/// TOS octet or traffic class, of a header that was looked at.
[[nodiscard]] inline auto tos_of(core::View octets) noexcept -> std::uint8_t {
  if (!is_ipv6(octets)) return std::to_integer<std::uint8_t>(octets[1]);
  return static_cast<std::uint8_t>(octet_at(octets, 0) << 4 | octet_at(octets, 1) >> 4);
}

}  // namespace esplanade::net
