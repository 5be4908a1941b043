// A section below `children`.
#pragma once

#include "config/keying/context.h"

namespace esplanade::config::keying {

[[nodiscard]] auto read_child(const syntax::Section& section, check::Checker& check)
    -> policy::ChildPolicy;

}  // namespace esplanade::config::keying
