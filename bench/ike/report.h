// The figures as JSON; tools/bench/ike.py makes the table.
#pragma once

#include "bench/ike/scene.h"
#include "bench/ike/statistics.h"

#include <string>

namespace esplanade::bench {

/// Of one number of IKE SAs.
struct Row {
  std::uint32_t sas = 0;
  std::vector<Slice> slices;
  std::vector<Slice> settling;  ///< one a round
  std::vector<Memory> memory;   ///< one a round
};

[[nodiscard]] auto to_json(const std::vector<Row>& rows) -> std::string;

}  // namespace esplanade::bench
