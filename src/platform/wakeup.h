// Waking a thread that sleeps on a descriptor: an eventfd.
//
//   wakeup.wake();                                  // any thread
//   // the descriptor is readable: wakeup.clear(), then look what there is to do
#pragma once

#include "platform/system_error.h"
#include "platform/unique_fd.h"

namespace esplanade::platform {

class Wakeup {
 public:
  [[nodiscard]] static auto make() -> SystemResult<Wakeup>;

  [[nodiscard]] auto descriptor() const noexcept -> int { return event_.number(); }
  void wake() noexcept;
  void clear() noexcept;

 private:
  explicit Wakeup(UniqueFd event) noexcept : event_(std::move(event)) {}
  UniqueFd event_;
};

}  // namespace esplanade::platform
