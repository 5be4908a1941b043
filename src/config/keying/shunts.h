// Children of connections with `mode = pass` or `mode = drop`, which strongSwan calls shunts:
// nobody negotiates them.
#pragma once

#include "config/keying/context.h"
#include "policy/spd.h"

namespace esplanade::config::keying {

/// Are there children, and only such? Then nobody is to be authenticated.
[[nodiscard]] auto has_only_shunts(const syntax::Section& connection) -> bool;

/// Those of one connection that `start_action` installs; the others are warned about.
[[nodiscard]] auto read_shunts(const syntax::Section& connection, check::Checker& check)
    -> std::vector<policy::ClearEntry>;

}  // namespace esplanade::config::keying
