// From a captured frame to the IP datagram in it.
//
//   const auto datagram = TRY(ip_datagram(LinkType::ethernet, frame));
//   if (!datagram) continue;                         // ARP and the like
//
// Allocates: never.  The result borrows the frame's octets.
#pragma once

#include "core/bytes.h"
#include "core/result.h"

#include <optional>

namespace esplanade::net {

/// Link-layer header types as capture files number them
/// (https://www.tcpdump.org/linktypes.html, copied 2026-11-23): the rows read here.
enum class LinkType : std::uint16_t {
  loopback_null = 0,    ///< address family in the byte order of who captured
  ethernet = 1,         ///< with 802.1Q and 802.1ad tags, or none
  raw_12 = 12,          ///< raw IP as some systems number it
  raw_14 = 14,          ///< raw IP as OpenBSD numbers it
  raw = 101,            ///< begins with the IP header
  loopback = 108,       ///< address family in network order
  linux_cooked = 113,   ///< from Linux's "any" device
  ipv4 = 228,           ///< begins with an IPv4 header
  ipv6 = 229,           ///< begins with an IPv6 header
  linux_cooked2 = 276,  ///< the same with the interface's index
};

/// The datagram in `frame`, with any padding of the link behind it; nothing if the frame carries
/// another protocol. Errors: too_short (ends before an IP header begins), bad_version (the first
/// octet behind the link header is not of the IP version that header announces), unsupported
/// (another link type).
[[nodiscard]] auto ip_datagram(LinkType type, core::View frame) noexcept
    -> core::Result<std::optional<core::View>>;

}  // namespace esplanade::net
