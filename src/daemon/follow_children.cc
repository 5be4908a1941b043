// What follows the SAs as they come and go: the TUN's MTU, and the guard.
#include "daemon/daemon.h"
#include "daemon/path_settings.h"
#include "platform/netlink/links.h"

namespace esplanade::daemon {

/// All that the TUN takes is to fit the paths of all SAs, so that hosts and their TCP know before
/// they send.
void Daemon::fit_tun(const config::Dataplane& settings, const Generation& generation) {
  if (settings.mtu) return;
  auto largest = generation.largest_packets;
  if (keying_) {
    for (const auto& [id, child] : keying_->driver().children().all()) {
      if (child.outbound) largest.push_back(child.largest_packet);
    }
  }
  const auto mtu = tun_mtu(largest, mtu_without_sas);
  if (mtu == std::exchange(tun_mtu_, mtu)) return;
  auto netlink = platform::Netlink::open();
  const auto done = netlink ? platform::set_mtu(*netlink, tun_index_, mtu)
                            : platform::SystemResult<void>(std::unexpected(netlink.error()));
  if (done) {
    log_.info("tun_mtu", {{"mtu", std::uint64_t{mtu}}});
  } else {
    log_.error("tun_mtu", {{"why", done.error().to_string()}});
  }
}

void Daemon::follow_children() {
  fit_tun(running_.dataplane, *generation_);
  const auto& children = keying_->driver().children();
  const auto done = guarding_.enforce(guard_rules(generation_->tables.spd, &children));
  if (!done) log_.error("guard", {{"why", done.error().why}});
}

}  // namespace esplanade::daemon
