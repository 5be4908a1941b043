// What both ends say and learn in IKE_SA_INIT beside the keys: NAT detection, fragmentation,
// signature hashes (RFC 7296, 2.23; RFC 7383, 2.3; RFC 7427, 4).
#pragma once

#include "ike/session/traffic.h"

namespace esplanade::ike::session {

/// `spis` are those of the message's header.
void append_sa_init_notifies(const IkeSa& sa, const IkeSpis& spis,
                             const policy::Connection& connection, wire::Payloads& to);
/// NAT, fragmentation and where answers come from.
void learn_from_sa_init(IkeSa& sa, const net::Path& path, const wire::Payloads& payloads);
[[nodiscard]] auto signature_hashes(const wire::Payloads& payloads) -> std::vector<iana::HashId>;

}  // namespace esplanade::ike::session
