// How the TUN's MTU follows the SAs.
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

}  // namespace esplanade::daemon
