#include "bench/ike/end.h"

#include "bench/ike/cpu_time.h"
#include "crypto/openssl/provider.h"

#include <malloc.h>

namespace esplanade::bench {
namespace {

/// Octets that malloc has given out and not got back, in its own count: with what it adds to each.
auto allocated() -> std::uint64_t {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace

auto End::env(core::Time now) -> ike::Env {
  return {.now = now,
          .wall = {std::chrono::seconds(1'700'000'000) + now.since_origin},
          .random = random_,
          .crypto = crypto::openssl::provider(),
          .spis = *this,
          .sources = *this};
}

void End::configure(std::vector<policy::ConnectionPtr> connections,
                    std::shared_ptr<const policy::Credentials> credentials, core::Time now) {
  auto world = env(now);
  perform(endpoint_->configure(std::move(connections), std::move(credentials), world));
}

void End::initiate(std::span<const std::string> connections, core::Time now) {
  const CpuMeter meter(cpu_);
  auto world = env(now);
  for (const auto& name : connections) {
    perform(endpoint_->handle(ike::Initiate{.connection = name, .child = {}}, world));
  }
}

void End::receive(std::vector<ike::Send> messages, core::Time now) {
  const CpuMeter meter(cpu_);
  auto world = env(now);
  for (const auto& [path, message] : messages) {
    const auto seen = net::Path{.ours = path.theirs, .theirs = path.ours};
    perform(endpoint_->handle(ike::Datagram{.path = seen, .message = message}, world));
  }
}

void End::tick(core::Time now) {
  const CpuMeter meter(cpu_);
  auto world = env(now);
  perform(endpoint_->handle(ike::Tick{}, world));
}

void End::perform(ike::Actions actions) {
  for (auto& action : actions) {
    if (auto* send = std::get_if<ike::Send>(&action)) sent_.push_back(std::move(*send));
    if (std::holds_alternative<ike::InstallInbound>(action)) ++children_;
    if (std::holds_alternative<ike::Remove>(action)) --children_;
  }
}

auto End::destroy() -> std::uint64_t {
  const auto before = allocated();
  endpoint_.reset();
  return before - allocated();
}

}  // namespace esplanade::bench
