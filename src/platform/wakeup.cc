#include "platform/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace esplanade::platform {

auto Wakeup::make() -> SystemResult<Wakeup> {
  UniqueFd event{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (!event.is_open()) return system_failure("make an eventfd");
  return Wakeup{std::move(event)};
}

void Wakeup::wake() noexcept {
  const std::uint64_t one = 1;
  // Fails only when the count is full, and then the other is awake.
  (void)!::write(event_.number(), &one, sizeof one);
}

void Wakeup::clear() noexcept {
  std::uint64_t count = 0;
  (void)!::read(event_.number(), &count, sizeof count);
}

}  // namespace esplanade::platform
