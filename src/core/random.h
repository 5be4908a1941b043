// Randomness as something that is lent: the platform's for real, a seeded one in tests.
#pragma once

#include "core/endian.h"

#include <array>

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

[[nodiscard]] inline auto random_u32(Random& random) noexcept -> std::uint32_t {
  std::array<std::byte, sizeof(std::uint32_t)> octets{};
  random.fill(octets);
  return load_be<std::uint32_t>(octets, 0);
}
[[nodiscard]] inline auto random_u64(Random& random) noexcept -> std::uint64_t {
  std::array<std::byte, sizeof(std::uint64_t)> octets{};
  random.fill(octets);
  return load_be<std::uint64_t>(octets, 0);
}

}  // namespace esplanade::core
