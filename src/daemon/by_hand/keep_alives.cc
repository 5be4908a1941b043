#include "daemon/by_hand/keep_alives.h"

namespace esplanade::daemon {

auto KeepAlives::due(const config::Configuration& configuration, const pipeline::Tables& tables,
                     core::Time now) -> std::vector<net::Path> {
  std::vector<net::Path> paths;
  seen_.resize(configuration.manual.size(), {.packets = 0, .since = now});
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const auto& connection = configuration.manual[i];
    if (!connection.encapsulation || connection.keep_alive == core::Duration{}) continue;
    const auto& sa = tables.sad.outbound(core::SaIndex{static_cast<std::uint32_t>(i)});
    const auto packets = sa.usage.packets.value();
    if (packets != std::exchange(seen_[i].packets, packets)) seen_[i].since = now;
    if (now - seen_[i].since < connection.keep_alive) continue;
    seen_[i].since = now;
    paths.push_back({.ours = {connection.ours, connection.encapsulation->ours},
                     .theirs = {connection.theirs, connection.encapsulation->theirs}});
  }
  return paths;
}

}  // namespace esplanade::daemon
