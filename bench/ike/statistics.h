// Of many measurements: the middle, and how far they lie apart.
#pragma once

#include "core/ensure.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace esplanade::bench {

struct Spread {
  double median = 0;
  double low = 0;   ///< a tenth lies below
  double high = 0;  ///< a tenth lies above
};

[[nodiscard]] inline auto spread_of(std::vector<double> values) -> Spread {
  core::ensure(!values.empty());
  std::ranges::sort(values);
  const auto at = [&](double part) {
    return values[static_cast<std::size_t>(
        std::lround(part * static_cast<double>(values.size() - 1)))];
  };
  return {.median = at(0.5), .low = at(0.1), .high = at(0.9)};
}

}  // namespace esplanade::bench
