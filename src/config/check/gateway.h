// The section `gateway` of `dataplane`: the two devices between which the daemon stands.
//
//   dataplane {
//     gateway { inside = eth1  outside = eth2  arp = bypass  other_frames = discard }
//   }
#pragma once

#include "config/check/checker.h"
#include "config/configuration.h"

namespace esplanade::config::check {

/// Of a section that names both devices; complains where it does not.
[[nodiscard]] auto read_gateway(const syntax::Section& section, Checker& check) -> Gateway;

}  // namespace esplanade::config::check
