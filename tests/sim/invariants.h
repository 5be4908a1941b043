// What must be true of a world that was left in peace (RFC 7296 from end to end): each function
// returns complaints, none if all is well.
#pragma once

#include "tests/sim/topology.h"

namespace esplanade::sim {

using Faults = std::vector<std::string>;

/// No gateway waits for an answer, or has something to ask.
[[nodiscard]] auto is_quiet(const World& world) -> bool;

/// Both ends hold the same IKE SAs and the same children with the same keys, mirrored; data plane
/// and IKE agree; SPIs are reserved for what is there and for nothing else.
[[nodiscard]] auto disagreements(const World& world) -> Faults;

/// Everything was closed: nothing is left of anything.
[[nodiscard]] auto leftovers(const World& world) -> Faults;

}  // namespace esplanade::sim
