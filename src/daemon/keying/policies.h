// From connections to the SPD and the routes: every child is a PROTECT entry, whether it has SAs
// yet or not, and what it protects is led into the TUN.
#pragma once

#include "platform/netlink/routes.h"
#include "policy/spd.h"

#include <functional>

namespace esplanade::daemon {

/// The address of ours that packets to somebody leave from; nothing without a route.
using SourceFinder = std::function<std::optional<net::Address>(const net::Address&)>;

/// Selectors of `child`, `dynamic` replaced by the connection's addresses where those are fixed, or
/// where the way to their fixed address says which ours is.
struct ResolvedSelectors {
  sa::Selectors selectors;
  bool is_open = false;  ///< there is a `dynamic` that nothing says yet
};
[[nodiscard]] auto resolve_selectors(const policy::Connection& connection,
                                     const policy::ChildPolicy& child, const SourceFinder& source)
    -> ResolvedSelectors;

/// In the order of the configuration.
[[nodiscard]] auto keyed_entries(const std::vector<policy::ConnectionPtr>& connections,
                                 const SourceFinder& source) -> std::vector<policy::KeyedEntry>;

/// What an SPD entry for these selectors needs routed, as for hand-keyed ones: all that is theirs
/// goes into the TUN, but what lies in it and is ours.
[[nodiscard]] auto routes_for(const sa::Selectors& selectors,
                              std::optional<net::Address> preferred_source) -> platform::RoutePlan;

[[nodiscard]] auto routes_for(const std::vector<policy::ConnectionPtr>& connections,
                              const SourceFinder& source) -> platform::RoutePlan;

}  // namespace esplanade::daemon
