// The system's two clocks.
#pragma once

#include "core/time.h"

namespace esplanade::platform {

/// Since boot, time asleep included: an SA's lifetime goes on while the machine sleeps.
[[nodiscard]] auto monotonic_now() noexcept -> core::Time;

[[nodiscard]] auto wall_now() noexcept -> core::WallTime;

}  // namespace esplanade::platform
