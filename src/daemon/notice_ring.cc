#include "daemon/notice_ring.h"

namespace esplanade::daemon {

void NoticeRing::note(const pipeline::Notice& notice) noexcept {
  auto* const place = notices_.place();
  if (place == nullptr) return lost_.add(1);
  *place = notice;
  notices_.put();
}

auto NoticeRing::take() noexcept -> std::optional<pipeline::Notice> {
  const auto* const next = notices_.next();
  if (next == nullptr) return std::nullopt;
  const auto notice = *next;
  notices_.take();
  return notice;
}

}  // namespace esplanade::daemon
