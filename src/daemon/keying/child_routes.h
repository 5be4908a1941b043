// Routes for what children protect beyond what the configuration could say before: a remote user's
// address, a narrowed `dynamic`. They come with the first child that needs them and go with the
// last. Where narrowing has told our hosts from all of theirs, what comes out of the tunnel for
// ours is kept from going back in.
//
// Threads: the control thread.
#pragma once

#include "ike/event.h"
#include "platform/netlink/routes.h"

#include <map>

namespace esplanade::daemon {

class ChildRoutes {
 public:
  /// What is routed anyhow.
  void set_plan(platform::RoutePlan plan) { plan_ = std::move(plan); }

  /// What must be routed now that `child` has these selectors.
  [[nodiscard]] auto add(ike::ChildId child, const sa::SaParameters& outbound)
      -> platform::RoutePlan;
  /// What need not be any more, now that it is gone.
  [[nodiscard]] auto remove(ike::ChildId child) -> platform::RoutePlan;
  /// All that children need at present.
  [[nodiscard]] auto all() const -> platform::RoutePlan;

 private:
  /// Does the plan lead it the same way?
  [[nodiscard]] auto is_planned(const platform::RoutedPrefix& wanted) const -> bool;
  /// Does the plan lead what is around it into the TUN?
  [[nodiscard]] auto is_inside_theirs(const net::Prefix& ours) const -> bool;
  void want(ike::ChildId child, const platform::RoutedPrefix& routed, platform::RoutePlan& fresh);

  platform::RoutePlan plan_;
  std::map<ike::ChildId, platform::RoutePlan> by_child_;
  std::map<std::pair<net::Prefix, platform::Way>, std::size_t> users_;
};

}  // namespace esplanade::daemon
