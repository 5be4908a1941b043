// Gateways and the connections between them, as a seed draws them: a pair, a hub with spokes, or
// spokes behind one NAT.
#pragma once

#include "tests/sim/connections.h"
#include "tests/sim/world.h"

namespace esplanade::sim {

/// A child policy of both ends.
struct Lane {
  std::string name;
  policy::PolicyId policy_a{}, policy_b{};
  net::Address host_a, host_b;  ///< a host on each side
};

/// A connection of both ends; a can always call b.
struct Link {
  Gateway* a = nullptr;
  Gateway* b = nullptr;
  std::string name;
  bool can_b_call = true;
  std::vector<Lane> lanes;
};

/// What a seed is about.
struct Plan {
  std::size_t gateways = 2;
  bool is_behind_nat = false;  ///< all but the hub
  bool is_gentle = false;      ///< nothing that excuses the loss of a packet
};
[[nodiscard]] auto draw_plan(test::SeededRandom& random) -> Plan;
[[nodiscard]] auto draw_options(const Plan& plan, test::SeededRandom& random)
    -> ike::EndpointOptions;
[[nodiscard]] auto draw_network(const Plan& plan, std::uint64_t seed, test::SeededRandom& random)
    -> NetworkOptions;

/// Adds the gateways, configures them, and returns the links between them.
[[nodiscard]] auto build(World& world, const Plan& plan, test::SeededRandom& random)
    -> std::vector<Link>;

/// True so often of a hundred times.
[[nodiscard]] inline auto percent(test::SeededRandom& random, std::uint64_t often) -> bool {
  return random.below(100) < often;
}

}  // namespace esplanade::sim
