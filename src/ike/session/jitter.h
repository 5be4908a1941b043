// Times and counts made a little shorter at random, so that two ends, and a thousand SAs that
// started together, do not rekey at one moment (RFC 7296, 2.8; IKE2-2.8.1-01).
#pragma once

#include "core/random.h"
#include "core/time.h"

#include <cstdint>
#include <optional>

namespace esplanade::ike::session {

/// Evenly from 0 to `most`, both included.
[[nodiscard]] inline auto random_up_to(std::uint64_t most, core::Random& random) -> std::uint64_t {
  if (most == 0) return 0;
  const auto value = core::random_u64(random);
  return most == UINT64_MAX ? value : value % (most + 1);
}

[[nodiscard]] inline auto less_jitter(std::optional<std::uint64_t> limit,
                                      std::optional<std::uint64_t> jitter, core::Random& random)
    -> std::optional<std::uint64_t> {
  if (!limit || !jitter) return limit;
  const auto cut = random_up_to(*jitter, random);
  return cut < *limit ? *limit - cut : *limit;
}

[[nodiscard]] inline auto less_jitter(std::optional<core::Duration> limit,
                                      std::optional<core::Duration> jitter, core::Random& random)
    -> std::optional<core::Duration> {
  if (!limit || !jitter || jitter->count() <= 0) return limit;
  const auto most = static_cast<std::uint64_t>(jitter->count());
  const auto cut = core::Duration{static_cast<std::int64_t>(random_up_to(most, random))};
  return cut < *limit ? *limit - cut : *limit;
}

}  // namespace esplanade::ike::session
