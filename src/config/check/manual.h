// The `manual` section: connections with keys set by hand (RFC 4301, 4.5.1).
#pragma once

#include "config/check/checker.h"
#include "config/configuration.h"
#include "config/loader.h"

namespace esplanade::config::check {

struct Manual {
  std::vector<ManualConnection> connections;
  std::vector<ClearPolicy> clear;
};

/// What is complained about keeps its default.
[[nodiscard]] auto read_manual(const syntax::Section& root, Loader& files, Checker& check)
    -> Manual;

}  // namespace esplanade::config::check
