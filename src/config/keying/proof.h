// Can both ends of a connection prove who they are with the credentials there are?
#pragma once

#include "config/keying/context.h"
#include "policy/credentials.h"

namespace esplanade::config::keying {

/// Where `local` names no certificate, those of its identity that we have a key of are taken.
/// Complains about a missing secret, private key or certificate, and about an identity that is not
/// in its certificate.
void settle_proof(const syntax::Section& section, const policy::Credentials& credentials,
                  check::Checker& check, policy::Connection& connection);

/// Does the certificate speak of this identity: its subject, or a subjectAltName (RFC 4945, 3.1)?
[[nodiscard]] auto names(const crypto::Certificate& certificate, const policy::Identity& id)
    -> bool;

}  // namespace esplanade::config::keying
