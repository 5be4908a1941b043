// CERTREQ: the authorities whose certificates we believe (RFC 7296, 3.7).
#pragma once

#include "policy/connection.h"
#include "policy/credentials.h"

namespace esplanade::ike::auth {

/// SHA-1 hashes of the anchors' keys, 20 octets each, once each: those of `remote` if it names any,
/// else all. Empty if there are none.
[[nodiscard]] auto certificate_request(const policy::Authentication& remote,
                                       const policy::Credentials& credentials) -> core::Bytes;

}  // namespace esplanade::ike::auth
