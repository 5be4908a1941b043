// The `dataplane` section.
#pragma once

#include "config/check/checker.h"
#include "config/configuration.h"

namespace esplanade::config::check {

/// The defaults where it is not there.
[[nodiscard]] auto read_dataplane(const syntax::Section& root, Checker& check) -> Dataplane;

}  // namespace esplanade::config::check
