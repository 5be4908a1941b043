// Whether an IKE SA is as strong as what it carries the keys of (RFC 4309, 7.2).
#pragma once

#include "config/keying/context.h"

namespace esplanade::config::keying {

/// Warns of every child that may have a stronger cipher than the weakest of `proposals`, where
/// that is set: the default has the best first, and weaker ones for peers that have no other.
void warn_of_stronger_children(const syntax::Section& section, const policy::Connection& connection,
                               check::Checker& check);

}  // namespace esplanade::config::keying
