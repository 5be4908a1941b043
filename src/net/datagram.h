// One IP datagram of either family, read far enough for policy: addresses, upper-layer protocol,
// ports or ICMP type and code, fragment state (the selector fields of RFC 4301, 4.4.1.1).
//
//   const auto datagram = TRY(Datagram::parse(bytes));
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "iana/ip_protocol.h"
#include "net/address.h"

#include <optional>

namespace esplanade::net {

/// Source and destination port; for ICMP and ICMPv6 both hold type * 256 + code, and for the
/// Mobility Header both hold its type * 256.
struct Ports {
  std::uint16_t src = 0;
  std::uint16_t dst = 0;
  auto operator==(const Ports&) const -> bool = default;
};

struct Datagram {
  Family family{};
  Address src, dst;
  std::uint8_t tos = 0;           ///< IPv4 TOS octet or IPv6 traffic class
  iana::IpProtocol protocol{};    ///< of the upper layer, behind extension headers
  std::size_t total_length = 0;   ///< octets of the datagram; the bytes may be longer
  std::size_t upper_offset = 0;   ///< where the upper layer begins
  bool is_fragment = false;       ///< any fragment, the first too
  bool has_upper_header = true;   ///< false for fragments that are not the first
  std::uint32_t fragment_id = 0;  ///< of a fragment: what all parts of a datagram share
  /// Absent where the packet does not show them: the OPAQUE of RFC 4301.
  std::optional<Ports> ports;

  /// Errors: those of Ipv4::parse, Ipv6::parse and Ipv6::chain. A truncated TCP, UDP or ICMP
  /// header is no error here: ports stay absent.
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Datagram>;
};

/// Do its headers have what Ports holds?
[[nodiscard]] auto bears_ports(iana::IpProtocol protocol) noexcept -> bool;

/// The selector fields at the beginning of an upper layer, as far as it shows them.
[[nodiscard]] auto ports_of(iana::IpProtocol protocol, core::View upper) noexcept
    -> std::optional<Ports>;

/// One that goes the other way between the same ends.
[[nodiscard]] auto reversed(Datagram datagram) noexcept -> Datagram;

}  // namespace esplanade::net
