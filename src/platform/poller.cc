#include "platform/poller.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace esplanade::platform {

auto Poller::make() -> SystemResult<std::unique_ptr<Poller>> {
  auto event = UniqueFd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (event.number() < 0) return system_failure("make an event descriptor");
  return std::unique_ptr<Poller>(new Poller(std::move(event)));
}

Poller::Poller(UniqueFd event) noexcept : event_(std::move(event)) { watch({}); }

void Poller::watch(const std::vector<int>& descriptors) {
  watched_ = {{.fd = event_.number(), .events = POLLIN, .revents = 0}};
  for (const auto fd : descriptors) watched_.push_back({.fd = fd, .events = POLLIN, .revents = 0});
}

void Poller::wait(core::Duration longest) noexcept {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
  (void)::poll(watched_.data(), watched_.size(), static_cast<int>(milliseconds));
  std::uint64_t count = 0;
  if (watched_[0].revents != 0) (void)!::read(event_.number(), &count, sizeof count);
}

void Poller::wake() noexcept {
  const std::uint64_t one = 1;
  (void)!::write(event_.number(), &one, sizeof one);
}

}  // namespace esplanade::platform
