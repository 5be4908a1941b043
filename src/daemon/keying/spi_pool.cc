#include "daemon/keying/spi_pool.h"

#include "policy/sad.h"

#include <algorithm>

namespace esplanade::daemon {
namespace {

using core::Spi;

constexpr std::uint32_t slot_count = 1U << policy::Sad::slot_bits;

/// So many come before a slot that was freed last.
constexpr std::size_t rest = 1024;

/// Not zero in the random part, so that SPIs 0 to 255 never come up (RFC 4301, 4.1).
auto random_part(core::Random& random) -> std::uint32_t {
  std::uint32_t drawn = 0;
  do {
    random.fill(std::as_writable_bytes(std::span(&drawn, 1)));
    drawn &= ~(slot_count - 1);
  } while (drawn == 0);
  return drawn;
}

}  // namespace

auto SpiPool::avoid(std::unordered_set<Spi> by_hand) -> bool {
  const auto is_reserved = [this](Spi spi) { return reserved_.contains(spi); };
  if (std::ranges::any_of(by_hand, is_reserved)) return false;
  by_hand_ = std::move(by_hand);
  return true;
}

auto SpiPool::take_slot() -> std::optional<std::uint32_t> {
  const bool is_full = slots_ == slot_count;
  if (free_.size() > (is_full ? 0 : rest)) {
    const auto slot = free_.front();
    free_.pop_front();
    return slot;
  }
  return is_full ? std::nullopt : std::optional(slots_++);
}

auto SpiPool::reserve(core::Random& random) -> Spi {
  const auto slot = take_slot();
  if (!slot) return Spi{0};
  auto spi = Spi{random_part(random) | *slot};
  while (by_hand_.contains(spi)) spi = Spi{random_part(random) | *slot};
  reserved_.insert(spi);
  return spi;
}

void SpiPool::release(Spi spi) {
  if (reserved_.erase(spi) == 0) return;
  free_.push_back(std::to_underlying(spi) & (slot_count - 1));
}

}  // namespace esplanade::daemon
