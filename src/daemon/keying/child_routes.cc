#include "daemon/keying/child_routes.h"

#include <algorithm>

namespace esplanade::daemon {

auto ChildRoutes::is_planned(const net::Prefix& prefix) const -> bool {
  return std::ranges::any_of(plan_, [&](const platform::RoutedPrefix& routed) {
    return routed.way == platform::Way::tun && routed.prefix.length() <= prefix.length() &&
           routed.prefix.contains(prefix.first());
  });
}

auto ChildRoutes::add(ike::ChildId child, const sa::SaParameters& outbound) -> platform::RoutePlan {
  const bool is_transport = outbound.mode == sa::Mode::transport;
  const auto source = is_transport ? std::optional(outbound.ours) : std::nullopt;
  platform::RoutePlan fresh;
  for (const auto& selector : outbound.selectors.theirs) {
    for (const auto& prefix : selector.addresses.to_prefixes()) {
      if (is_planned(prefix)) continue;
      by_child_[child].push_back({.prefix = prefix, .preferred_source = source});
      if (users_[prefix]++ == 0) fresh.push_back(by_child_[child].back());
    }
  }
  return fresh;
}

auto ChildRoutes::remove(ike::ChildId child) -> platform::RoutePlan {
  platform::RoutePlan over;
  const auto found = by_child_.find(child);
  if (found == by_child_.end()) return over;
  for (const auto& routed : found->second) {
    if (--users_[routed.prefix] != 0) continue;
    users_.erase(routed.prefix);
    if (!is_planned(routed.prefix)) over.push_back(routed);
  }
  by_child_.erase(found);
  return over;
}

auto ChildRoutes::all() const -> platform::RoutePlan {
  platform::RoutePlan plan;
  for (const auto& [child, routes] : by_child_) {
    plan.insert(plan.end(), routes.begin(), routes.end());
  }
  return plan;
}

}  // namespace esplanade::daemon
