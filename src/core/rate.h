// So many a second and no more: for answers to strangers, for lines of a log (RFC 7296, 2.21.4;
// RFC 4443, 2.4 f). A token bucket: what was not used waits, up to `burst`.
//
//   core::Rate answers{{.per_second = 10, .burst = 20}};
//   if (answers.admit(now)) ...
//
// Allocates: never.   Threads: one.
#pragma once

#include "core/time.h"

#include <algorithm>

namespace esplanade::core {

class Rate {
 public:
  struct Limit {
    double per_second = 0;
    double burst = 0;
  };

  explicit constexpr Rate(Limit limit) noexcept : limit_(limit), left_(limit.burst) {}

  /// May one more be, now? Times do not run backwards.
  [[nodiscard]] auto admit(Time now) noexcept -> bool {
    const auto passed = std::chrono::duration<double>(now - last_).count();
    left_ = std::min(limit_.burst, left_ + passed * limit_.per_second);
    last_ = now;
    if (left_ < 1.0) return false;
    left_ -= 1.0;
    return true;
  }

 private:
  Limit limit_;
  double left_;
  Time last_{};
};

}  // namespace esplanade::core
