// From the worker to the control thread: a bounded ring of notices with one writer and one reader.
// What finds it full is counted, not kept: the data road never waits.
//
// Threads: note() the worker, take() and lost() the control thread.   Allocates: never.
#pragma once

#include "core/counter.h"
#include "daemon/ring.h"
#include "pipeline/notice.h"

#include <optional>

namespace esplanade::daemon {

class NoticeRing : public pipeline::NoticeSink {
 public:
  static constexpr std::size_t capacity = 256;

  void note(const pipeline::Notice& notice) noexcept override;
  [[nodiscard]] auto take() noexcept -> std::optional<pipeline::Notice>;
  /// Notices that found the ring full, since the start.
  [[nodiscard]] auto lost() const noexcept -> std::uint64_t { return lost_.value(); }

 private:
  Ring<pipeline::Notice, capacity> notices_;
  core::Counter lost_;
};

}  // namespace esplanade::daemon
