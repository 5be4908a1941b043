// The maximum segment size a TCP end announces (RFC 9293, 3.7.1), lowered on its way, so that
// segments fit a tunnel that the ends do not know of.
//
// Units: octets.  Allocates: never.
#pragma once

#include "core/bytes.h"
#include "net/tcp.h"

namespace esplanade::net {

/// Only segments with SYN announce a size.
[[nodiscard]] inline auto announces_mss(core::View segment) noexcept -> bool {
  constexpr std::size_t flags_at = 13;
  return segment.size() >= tcp_min_header &&
         (std::to_integer<unsigned>(segment[flags_at]) & std::to_underlying(TcpFlag::syn)) != 0;
}

/// Of a segment with SYN whose option announces more than `most`: changes option and checksum in
/// place. Other segments, and ones that end before their header does, stay as they are.
void lower_mss(core::MutableView segment, std::uint16_t most) noexcept;

}  // namespace esplanade::net
