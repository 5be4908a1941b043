// A section below `connections`.
#pragma once

#include "config/keying/context.h"
#include "policy/credentials.h"

namespace esplanade::config::keying {

/// Certificates that the connection names are added to the credentials.
[[nodiscard]] auto read_connection(const syntax::Section& section, const Context& context,
                                   policy::Credentials& credentials) -> policy::Connection;

}  // namespace esplanade::config::keying
