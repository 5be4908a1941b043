// How much of its life an SA has used (RFC 4301, 4.4.2.1): time, octets given to the cipher,
// packets. The first limit reached decides.
#pragma once

#include "core/counter.h"
#include "core/time.h"
#include "sa/sa_parameters.h"

namespace esplanade::ipsec {

/// soft: a successor is due; hard: the SA may carry nothing any more.
enum class LifetimeStage : std::uint8_t { fresh, soft, hard };

/// What an SA has done; readable from other threads while its worker counts.
struct Usage {
  core::Counter packets;
  core::Counter octets;

  void continue_from(const Usage& before) noexcept {
    packets.set(before.packets.value());
    octets.set(before.octets.value());
  }
};

class LifetimeClock {
 public:
  LifetimeClock(const sa::Lifetime& limits, core::Time born) noexcept
      : limits_(limits), born_(born) {}

  [[nodiscard]] auto stage(const Usage& usage, core::Time now) const noexcept -> LifetimeStage;
  /// A hard limit may be reached by the next so many packets, whatever their size.
  [[nodiscard]] auto may_end_within(std::size_t packets, const Usage& usage,
                                    core::Time now) const noexcept -> bool;
  [[nodiscard]] auto born() const noexcept -> core::Time { return born_; }
  void continue_from(const LifetimeClock& before) noexcept { born_ = before.born_; }

 private:
  sa::Lifetime limits_;
  core::Time born_;
};

}  // namespace esplanade::ipsec
