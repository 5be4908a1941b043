#include "platform/poller.h"

#include "core/result.h"

#include <algorithm>

namespace esplanade::platform {

auto Poller::make() -> SystemResult<std::unique_ptr<Poller>> {
  return std::unique_ptr<Poller>(new Poller(TRY(Wakeup::make())));
}

Poller::Poller(Wakeup wakeup) noexcept : wakeup_(std::move(wakeup)) { watch({}); }

void Poller::watch(const std::vector<int>& descriptors) {
  watched_ = {{.fd = wakeup_.descriptor(), .events = POLLIN, .revents = 0}};
  for (const auto fd : descriptors) watched_.push_back({.fd = fd, .events = POLLIN, .revents = 0});
}

void Poller::wait(core::Duration longest) noexcept {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
  (void)::poll(watched_.data(), watched_.size(), static_cast<int>(milliseconds));
  if (watched_[0].revents != 0) wakeup_.clear();
}

auto Poller::is_readable(int descriptor) const noexcept -> bool {
  return std::ranges::any_of(watched_, [descriptor](const pollfd& one) {
    return one.fd == descriptor && one.revents != 0;
  });
}

void Poller::wake() noexcept { wakeup_.wake(); }

}  // namespace esplanade::platform
