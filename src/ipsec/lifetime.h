// How much of its life an SA has used (RFC 4301, 4.4.2.1): time, octets given to the cipher,
// packets. The first limit reached decides.
#pragma once

#include "core/counter.h"
#include "core/time.h"
#include "sa/sa_parameters.h"

#include <limits>
#include <optional>

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
      : hard_{limits.hard_time, limits.hard_octets, limits.hard_packets},
        soft_{limits.soft_time, limits.soft_octets, limits.soft_packets},
        born_(born) {}

  [[nodiscard]] auto stage(const Usage& usage, core::Time now) const noexcept -> LifetimeStage {
    const auto octets = usage.octets.value();
    const auto packets = usage.packets.value();
    if (hard_.is_reached(now - born_, octets, packets)) return LifetimeStage::hard;
    return soft_.is_reached(now - born_, octets, packets) ? LifetimeStage::soft
                                                          : LifetimeStage::fresh;
  }
  [[nodiscard]] auto is_over(const Usage& usage, core::Time now) const noexcept -> bool {
    return hard_.is_reached(now - born_, usage.octets.value(), usage.packets.value());
  }
  /// A hard limit may be reached by the next so many packets, whatever their size.
  [[nodiscard]] auto may_end_within(std::size_t packets, const Usage& usage,
                                    core::Time now) const noexcept -> bool {
    constexpr std::uint64_t largest_packet = 65535;
    return hard_.is_reached(now - born_, usage.octets.value() + packets * largest_packet,
                            usage.packets.value() + packets);
  }
  [[nodiscard]] auto born() const noexcept -> core::Time { return born_; }
  void continue_from(const LifetimeClock& before) noexcept { born_ = before.born_; }

 private:
  /// Limits as numbers that nothing reaches where there is none.
  struct Limits {
    Limits(std::optional<core::Duration> most_time, std::optional<std::uint64_t> most_octets,
           std::optional<std::uint64_t> most_packets) noexcept
        : age(most_time.value_or(core::Duration::max())),
          octets(most_octets.value_or(std::numeric_limits<std::uint64_t>::max())),
          packets(most_packets.value_or(std::numeric_limits<std::uint64_t>::max())) {}
    [[nodiscard]] auto is_reached(core::Duration old, std::uint64_t used_octets,
                                  std::uint64_t used_packets) const noexcept -> bool {
      return old >= age || used_octets >= octets || used_packets >= packets;
    }
    core::Duration age;
    std::uint64_t octets, packets;
  };

  Limits hard_;
  Limits soft_;
  core::Time born_;
};

}  // namespace esplanade::ipsec
