// One `in` or `out` section of a hand-keyed connection: SPI, algorithms and keys.
#pragma once

#include "config/check/checker.h"
#include "config/configuration.h"
#include "config/loader.h"

namespace esplanade::config::check {

/// What is complained about stays empty: no SPI, no key.
[[nodiscard]] auto read_manual_sa(const syntax::Section& section, Loader& files, Checker& check)
    -> ManualSa;

}  // namespace esplanade::config::check
