// Can what a connection asks for reach its peer: addresses to begin with, selectors of transport
// mode?
#pragma once

#include "config/keying/context.h"

namespace esplanade::config::keying {

void check_reach(const syntax::Section& section, const policy::Connection& connection,
                 check::Checker& check);

}  // namespace esplanade::config::keying
