#include "ipsec/replay_window.h"

#include "core/ensure.h"

#include <bit>

namespace esplanade::ipsec {

ReplayWindow::ReplayWindow(std::uint32_t size)
    : size_(size), seen_(std::bit_ceil(size / bits_per_word + 2)) {
  core::ensure(size >= min_size && size <= max_size);
  seen_[0] = 1;  // 0 is never sent (RFC 4303, 2.2): born a duplicate
}

auto ReplayWindow::infer(std::uint32_t low) const noexcept -> std::optional<core::Seq64> {
  const auto high = top_.value >> 32;
  const auto bottom = static_cast<std::uint32_t>(top_.low() - (size_ - 1));
  const auto in = [low](std::uint64_t subspace) { return core::Seq64{subspace << 32 | low}; };
  const bool is_window_in_one_subspace = top_.low() >= size_ - 1;
  if (is_window_in_one_subspace) return in(low >= bottom ? high : high + 1);
  if (low < bottom) return in(high);
  if (high == 0) return std::nullopt;
  return in(high - 1);
}

void ReplayWindow::continue_from(const ReplayWindow& before) noexcept {
  core::ensure(top_.value == 0);
  const auto reach = std::min<std::uint64_t>(size_, before.top_.value);
  for (auto back = reach; back-- > 0;) {
    const auto seq = core::Seq64{before.top_.value - back};
    if (!before.check(seq)) (void)commit(seq);
  }
}

}  // namespace esplanade::ipsec
