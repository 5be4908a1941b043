#include "platform/clock.h"

#include <ctime>

#include "core/ensure.h"

namespace esplanade::platform {
namespace {

auto read_clock(clockid_t clock) noexcept -> core::Duration {
  timespec now{};
  core::ensure(::clock_gettime(clock, &now) == 0);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

auto monotonic_now() noexcept -> core::Time { return {read_clock(CLOCK_BOOTTIME)}; }

auto wall_now() noexcept -> core::WallTime { return {read_clock(CLOCK_REALTIME)}; }

}  // namespace esplanade::platform
