// The maximum segment size a TCP end announces (RFC 9293, 3.7.1), lowered on its way, so that
// segments fit a tunnel that the ends do not know of.
//
// Units: octets.  Allocates: never.
#pragma once

#include "core/bytes.h"

namespace esplanade::net {

/// Only segments with SYN announce a size.
[[nodiscard]] auto announces_mss(core::View segment) noexcept -> bool;

/// Of a segment with SYN whose option announces more than `most`: changes option and checksum in
/// place. Other segments, and ones that end before their header does, stay as they are.
void lower_mss(core::MutableView segment, std::uint16_t most) noexcept;

}  // namespace esplanade::net
