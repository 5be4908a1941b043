// What a gateway needs of the system: its two devices, and which addresses are the system's own.
#include "daemon/daemon.h"
#include "platform/clock.h"
#include "platform/link/local_addresses.h"

namespace esplanade::daemon {
namespace {

/// How late a new address of the system may be known.
constexpr auto address_interval = std::chrono::seconds(1);

}  // namespace

auto Daemon::open_crossing(const config::Dataplane& settings)
    -> std::expected<std::unique_ptr<Crossing>, Failure> {
  if (!settings.gateway) return nullptr;
  Crossing::Ports ports;
  ports.inside = TRY(checked(
      platform::PacketPort::open(settings.gateway->inside, platform::Seen::all, settings.fwmark)));
  ports.outside = TRY(checked(platform::PacketPort::open(
      settings.gateway->outside, platform::Seen::for_others, settings.fwmark)));
  return std::make_unique<Crossing>(std::move(ports), *settings.gateway, *inbox_);
}

void Daemon::follow_addresses() {
  const auto now = platform::monotonic_now();
  if (worker_->crossing() == nullptr) return;
  if (addresses_seen_ && now - *addresses_seen_ < address_interval) return;
  addresses_seen_ = now;
  auto addresses = platform::local_addresses();
  if (!addresses) {
    log_.error("addresses", {{"why", addresses.error().to_string()}});
    return;
  }
  if (*addresses == own_addresses_) return;
  own_addresses_ = *addresses;
  std::vector<Command> commands;
  commands.emplace_back(OwnAddresses{*std::move(addresses)});
  worker_->submit(std::move(commands));
}

}  // namespace esplanade::daemon
