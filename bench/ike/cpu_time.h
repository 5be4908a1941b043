// Processor time of this thread: what others do on the machine counts as little as it can.
#pragma once

#include "core/ensure.h"
#include "core/time.h"

#include <time.h>

namespace esplanade::bench {

[[nodiscard]] inline auto cpu_time() -> core::Duration {
  ::timespec spent{};
  core::ensure(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0);
  return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

/// Adds what passes while it lives to `sum`.
class CpuMeter {
 public:
  explicit CpuMeter(core::Duration& sum) : sum_(sum), begin_(cpu_time()) {}
  CpuMeter(const CpuMeter&) = delete;
  auto operator=(const CpuMeter&) -> CpuMeter& = delete;
  ~CpuMeter() { sum_ += cpu_time() - begin_; }

 private:
  core::Duration& sum_;
  core::Duration begin_;
};

}  // namespace esplanade::bench
