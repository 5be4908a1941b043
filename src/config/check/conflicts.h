// What no two SAs of one configuration may share.
#pragma once

#include "config/check/checker.h"
#include "config/configuration.h"

namespace esplanade::config::check {

/// Complains about SPIs and keys that stand twice, naming both places.
void check_conflicts(std::span<const ManualConnection> connections, Checker& check);

}  // namespace esplanade::config::check
