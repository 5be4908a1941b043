// Sleeping until there is something to read, or until another thread wants attention.
//
//   poller.watch(tun.descriptor());
//   poller.wait(100ms);                // one thread
//   if (poller.is_readable(tun.descriptor())) ...
//   poller.wake();                     // any thread
#pragma once

#include "core/time.h"
#include "platform/system_error.h"
#include "platform/wakeup.h"

#include <poll.h>

#include <memory>
#include <vector>

namespace esplanade::platform {

class Poller {
 public:
  [[nodiscard]] static auto make() -> SystemResult<std::unique_ptr<Poller>>;

  /// What to wait for, besides wake(): `descriptors` readable; -1 stands for none.
  void watch(const std::vector<int>& descriptors);
  /// Returns when a watched descriptor is readable, after wake(), or when `longest` is over.
  void wait(core::Duration longest) noexcept;
  void wake() noexcept;
  /// Of one that is watched: the last wait() has found it so.
  [[nodiscard]] auto is_readable(int descriptor) const noexcept -> bool;

 private:
  explicit Poller(Wakeup wakeup) noexcept;

  Wakeup wakeup_;
  std::vector<pollfd> watched_;
};

}  // namespace esplanade::platform
