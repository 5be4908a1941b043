// A datagram that is forwarded has one hop less to go (RFC 4301, 5.1.2.1: by the end of a tunnel
// that forwards what it has opened).
#pragma once

#include "core/bytes.h"

namespace esplanade::pipeline {

/// False, and nothing is changed, where there is none left. `datagram` is one of either family.
[[nodiscard]] auto lower_hop_limit(core::MutableView datagram) noexcept -> bool;

}  // namespace esplanade::pipeline
