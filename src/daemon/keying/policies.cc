#include "daemon/keying/policies.h"

#include <algorithm>

namespace esplanade::daemon {
namespace {

using policy::ChildPolicy;
using policy::Connection;
using policy::ConnectionPtr;

auto is_fixed(const policy::PeerAddress& address) -> bool {
  return address.range && address.range->first() == address.range->last();
}

/// Nothing where not all of them are fixed.
auto fixed_addresses(const std::vector<policy::PeerAddress>& addresses)
    -> std::vector<net::Address> {
  std::vector<net::Address> fixed;
  if (!std::ranges::all_of(addresses, is_fixed)) return fixed;
  for (const auto& one : addresses) fixed.push_back(one.range->first());
  return fixed;
}

struct Ends {
  std::vector<net::Address> ours, theirs;
};

auto ends_of(const Connection& connection, const SourceFinder& source) -> Ends {
  Ends ends{fixed_addresses(connection.ours), fixed_addresses(connection.theirs)};
  if (!connection.ours.empty()) return ends;
  for (const auto& theirs : ends.theirs) {
    if (const auto ours = source(theirs)) ends.ours.push_back(*ours);
  }
  return ends;
}

/// False if a `dynamic` among them says nothing yet.
auto resolve(const std::vector<policy::SelectorTemplate>& templates,
             const std::vector<net::Address>& addresses, std::vector<sa::TrafficSelector>& into)
    -> bool {
  bool is_known = true;
  for (const auto& one : templates) {
    if (one.addresses) {
      into.push_back({*one.addresses, one.protocol, one.ports});
      continue;
    }
    is_known = is_known && !addresses.empty();
    for (const auto& address : addresses) {
      into.push_back({net::Range{address, address}, one.protocol, one.ports});
    }
  }
  return is_known;
}

auto unkeyed_of(policy::StartAction action) -> policy::Unkeyed {
  return action == policy::StartAction::none ? policy::Unkeyed::drop : policy::Unkeyed::hold;
}

template <class Act>
void for_each_child(const std::vector<ConnectionPtr>& connections, Act act) {
  for (const auto& connection : connections) {
    for (const auto& child : connection->children) act(*connection, child);
  }
}

/// What comes out of the tunnel for our own hosts must not go back in.
void keep_ours_out(platform::RoutePlan& plan, const sa::Selectors& selectors) {
  for (const auto& ours : sa::ours_within_theirs(selectors)) {
    for (const auto& prefix : ours.addresses.to_prefixes()) {
      plan.push_back({.prefix = prefix, .way = platform::Way::elsewhere});
    }
  }
}

/// What local senders use as their address: ours, where nothing else of ours is protected.
auto preferred_source(const ChildPolicy& child, const sa::Selectors& selectors)
    -> std::optional<net::Address> {
  if (child.mode != sa::Mode::transport || selectors.ours.size() != 1) return std::nullopt;
  return selectors.ours.front().addresses.first();
}

}  // namespace

auto resolve_selectors(const Connection& connection, const ChildPolicy& child,
                       const SourceFinder& source) -> ResolvedSelectors {
  const auto ends = ends_of(connection, source);
  ResolvedSelectors resolved;
  const bool knows_ours = resolve(child.ours, ends.ours, resolved.selectors.ours);
  const bool knows_theirs = resolve(child.theirs, ends.theirs, resolved.selectors.theirs);
  resolved.is_open = !knows_ours || !knows_theirs;
  return resolved;
}

auto keyed_entries(const std::vector<ConnectionPtr>& connections, const SourceFinder& source)
    -> std::vector<policy::KeyedEntry> {
  std::vector<policy::KeyedEntry> entries;
  for_each_child(connections, [&](const Connection& connection, const ChildPolicy& child) {
    auto [selectors, is_open] = resolve_selectors(connection, child, source);
    entries.push_back({child.policy, std::move(selectors), is_open, unkeyed_of(child.start_action),
                       connection.name + '.' + child.name, child.populate});
  });
  return entries;
}

auto routes_for(const sa::Selectors& selectors, std::optional<net::Address> preferred)
    -> platform::RoutePlan {
  platform::RoutePlan plan;
  keep_ours_out(plan, selectors);
  for (const auto& selector : selectors.theirs) {
    for (const auto& prefix : selector.addresses.to_prefixes()) {
      plan.push_back({.prefix = prefix, .preferred_source = preferred});
    }
  }
  return plan;
}

auto routes_for(const std::vector<ConnectionPtr>& connections, const SourceFinder& source)
    -> platform::RoutePlan {
  platform::RoutePlan plan;
  for_each_child(connections, [&](const Connection& connection, const ChildPolicy& child) {
    const auto selectors = resolve_selectors(connection, child, source).selectors;
    const auto more = routes_for(selectors, preferred_source(child, selectors));
    plan.insert(plan.end(), more.begin(), more.end());
  });
  return plan;
}

}  // namespace esplanade::daemon
