// Inbound SPIs for what IKE makes: the low bits are a slot of the SAD, so that the data road finds
// the SA without a hash; the rest is random, so that packets of a slot's earlier owner are told
// apart. Slots that came back wait for many others before they are used again.
//
// Threads: the control thread.
#pragma once

#include "ike/event.h"

#include <deque>
#include <unordered_set>

namespace esplanade::daemon {

class SpiPool final : public ike::SpiSource {
 public:
  /// Never hands out what is set by hand, from now on. False if one of them is in use here.
  [[nodiscard]] auto avoid(std::unordered_set<core::Spi> by_hand) -> bool;

  /// Spi{0} once a million are in use.
  [[nodiscard]] auto reserve(core::Random& random) -> core::Spi override;
  void release(core::Spi spi) override;

 private:
  [[nodiscard]] auto take_slot() -> std::optional<std::uint32_t>;

  std::unordered_set<core::Spi> by_hand_;
  std::unordered_set<core::Spi> reserved_;
  std::deque<std::uint32_t> free_;  ///< longest free first
  std::uint32_t slots_ = 0;         ///< that were ever used
};

}  // namespace esplanade::daemon
