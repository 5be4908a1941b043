#include "daemon/keying/child_routes.h"

#include <algorithm>

namespace esplanade::daemon {

auto ChildRoutes::is_planned(const platform::RoutedPrefix& wanted) const -> bool {
  return std::ranges::any_of(plan_, [&](const platform::RoutedPrefix& routed) {
    return routed.way == wanted.way && routed.prefix.length() <= wanted.prefix.length() &&
           routed.prefix.contains(wanted.prefix.first());
  });
}

auto ChildRoutes::is_inside_theirs(const net::Prefix& ours) const -> bool {
  return std::ranges::any_of(plan_, [&](const platform::RoutedPrefix& routed) {
    return routed.way == platform::Way::tun && routed.prefix.length() < ours.length() &&
           routed.prefix.contains(ours.first());
  });
}

void ChildRoutes::want(ike::ChildId child, const platform::RoutedPrefix& routed,
                       platform::RoutePlan& fresh) {
  if (is_planned(routed)) return;
  by_child_[child].push_back(routed);
  if (users_[{routed.prefix, routed.way}]++ == 0) fresh.push_back(routed);
}

auto ChildRoutes::add(ike::ChildId child, const sa::SaParameters& outbound) -> platform::RoutePlan {
  const bool is_transport = outbound.mode == sa::Mode::transport;
  const auto source = is_transport ? std::optional(outbound.ours) : std::nullopt;
  platform::RoutePlan fresh;
  for (const auto& selector : outbound.selectors.theirs) {
    for (const auto& prefix : selector.addresses.to_prefixes()) {
      want(child, {.prefix = prefix, .preferred_source = source}, fresh);
    }
  }
  for (const auto& selector : outbound.selectors.ours) {
    for (const auto& prefix : selector.addresses.to_prefixes()) {
      if (!is_inside_theirs(prefix)) continue;
      want(child, {.prefix = prefix, .way = platform::Way::elsewhere}, fresh);
    }
  }
  return fresh;
}

auto ChildRoutes::remove(ike::ChildId child) -> platform::RoutePlan {
  platform::RoutePlan over;
  const auto found = by_child_.find(child);
  if (found == by_child_.end()) return over;
  for (const auto& routed : found->second) {
    const auto users = users_.find({routed.prefix, routed.way});
    if (--users->second != 0) continue;
    users_.erase(users);
    if (!is_planned(routed)) over.push_back(routed);
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
