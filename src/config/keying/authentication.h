// The sections `local` and `remote` of a connection.
#pragma once

#include "config/keying/files.h"

namespace esplanade::config::keying {

enum class End : std::uint8_t { local, remote };

/// Reads the round of this end of `connection`; more than one are refused. Without a section its
/// defaults hold. Certificates of `certs` and `cacerts` are added to the credentials.
[[nodiscard]] auto read_authentication(const syntax::Section& connection, End end,
                                       const Context& context, policy::Credentials& credentials)
    -> policy::Authentication;

}  // namespace esplanade::config::keying
