// The section `authorities`: CAs, and where their revocation data is.
#pragma once

#include "config/keying/files.h"

namespace esplanade::config::keying {

/// Adds the CAs to the authorities and the anchors, and CRLs of `file://` to the CRLs.
void read_authority_sections(const syntax::Section& root, const Context& context,
                             policy::Credentials& to);

}  // namespace esplanade::config::keying
