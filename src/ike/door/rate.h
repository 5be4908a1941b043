// So many a second and no more, for answers to strangers (RFC 7296, 2.21.4).
#pragma once

#include "core/time.h"

#include <algorithm>
#include <cstdint>

namespace esplanade::ike::door {

class Rate {
 public:
  Rate(double per_second, double burst) : per_second_(per_second), burst_(burst), left_(burst) {}

  [[nodiscard]] auto admit(core::Time now) -> bool {
    const auto passed = std::chrono::duration<double>(now - last_).count();
    left_ = std::min(burst_, left_ + passed * per_second_);
    last_ = now;
    if (left_ < 1.0) return false;
    left_ -= 1.0;
    return true;
  }

 private:
  double per_second_, burst_, left_;
  core::Time last_{};
};

}  // namespace esplanade::ike::door
