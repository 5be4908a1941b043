#include "ipsec/lifetime.h"

namespace esplanade::ipsec {
namespace {

template <class T>
auto is_reached(const std::optional<T>& limit, T used) noexcept -> bool {
  return limit && used >= *limit;
}

}  // namespace

auto LifetimeClock::stage(const Usage& usage, core::Time now) const noexcept -> LifetimeStage {
  const auto age = now - born_;
  const auto octets = usage.octets.value();
  const auto packets = usage.packets.value();
  if (is_reached(limits_.hard_time, age) || is_reached(limits_.hard_octets, octets) ||
      is_reached(limits_.hard_packets, packets)) {
    return LifetimeStage::hard;
  }
  if (is_reached(limits_.soft_time, age) || is_reached(limits_.soft_octets, octets) ||
      is_reached(limits_.soft_packets, packets)) {
    return LifetimeStage::soft;
  }
  return LifetimeStage::fresh;
}

auto LifetimeClock::may_end_within(std::size_t packets, const Usage& usage,
                                   core::Time now) const noexcept -> bool {
  constexpr std::uint64_t largest_packet = 65535;
  return is_reached(limits_.hard_time, now - born_) ||
         is_reached(limits_.hard_octets, usage.octets.value() + packets * largest_packet) ||
         is_reached(limits_.hard_packets, usage.packets.value() + packets);
}

}  // namespace esplanade::ipsec
