// Time as a value that comes in from outside: nothing in this library reads a clock.
#pragma once

#include <chrono>
#include <compare>

namespace esplanade::core {

using Duration = std::chrono::nanoseconds;

/// Monotonic time since an origin that only its source knows; for deadlines and lifetimes.
struct Time {
  Duration since_origin{};
  auto operator<=>(const Time&) const = default;
};

[[nodiscard]] constexpr auto operator+(Time t, Duration d) noexcept -> Time {
  return {t.since_origin + d};
}
[[nodiscard]] constexpr auto operator-(Time a, Time b) noexcept -> Duration {
  return a.since_origin - b.since_origin;
}

/// Calendar time since 1970-01-01T00:00Z; for captures, logs and certificates. Never mixed with
/// Time.
struct WallTime {
  Duration since_epoch{};
  auto operator<=>(const WallTime&) const = default;
};

}  // namespace esplanade::core
