#include "daemon/notice_ring.h"

namespace esplanade::daemon {

void NoticeRing::note(const pipeline::Notice& notice) noexcept {
  const auto written = written_.load(std::memory_order_relaxed);
  if (written - taken_.load(std::memory_order_acquire) == capacity) return lost_.add(1);
  notices_[written % capacity] = notice;
  written_.store(written + 1, std::memory_order_release);
}

auto NoticeRing::take() noexcept -> std::optional<pipeline::Notice> {
  const auto taken = taken_.load(std::memory_order_relaxed);
  if (taken == written_.load(std::memory_order_acquire)) return std::nullopt;
  const auto notice = notices_[taken % capacity];
  taken_.store(taken + 1, std::memory_order_release);
  return notice;
}

}  // namespace esplanade::daemon
