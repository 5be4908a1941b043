// Randomness as something that is lent: the platform's for real, a seeded one in tests.
#pragma once

#include "core/bytes.h"

namespace esplanade::core {

class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  auto operator=(const Random&) -> Random& = delete;
  virtual ~Random() = default;

  /// Fills every octet; of cryptographic quality except in tests. Never fails: a platform that
  /// cannot deliver aborts.
  virtual void fill(MutableView out) noexcept = 0;
};

}  // namespace esplanade::core
