// Sections with `mode = pass` or `mode = drop`, below `manual` or among the children of a
// connection: traffic that is let through in clear, or not at all.
//
//   mode = pass                    (BYPASS; `drop`: DISCARD)
//   local_ts = 10.1.0.0/16         (any, where it is not set)
//   remote_ts = 10.1.0.0/16
//   direction = both               (`out` or `in`)
#pragma once

#include "config/check/checker.h"
#include "policy/spd.h"

namespace esplanade::config::check {

[[nodiscard]] auto is_clear(const syntax::Section& section) -> bool;

/// Of a section that is_clear(). Names `more` than its own settings are let be.
[[nodiscard]] auto read_clear(const syntax::Section& section,
                              std::span<const std::string_view> more, Checker& check)
    -> policy::ClearEntry;

}  // namespace esplanade::config::check
