// What no handshake can do without: the two scalar multiplications of one end, through the same
// provider.
#pragma once

#include "core/time.h"

namespace esplanade::bench {

/// Key generation and derivation of X25519: processor time of one end, the mean of a few.
[[nodiscard]] auto time_arithmetic() -> core::Duration;

}  // namespace esplanade::bench
