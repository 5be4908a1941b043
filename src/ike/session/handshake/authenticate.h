// IKE_AUTH between the payloads and the cryptography: what both ends do alike (RFC 7296, 2.15).
#pragma once

#include "ike/auth/check.h"
#include "ike/auth/prove.h"
#include "ike/session/child/children.h"
#include "ike/session/traffic.h"

namespace esplanade::ike::session {

[[nodiscard]] auto own_id(const IkeSa& sa) -> wire::IdPayload;

/// What the peer can check, from IKE_SA_INIT and a message that may carry CERTREQ.
[[nodiscard]] auto hints_of(const Prelude& prelude, const wire::Payloads& message)
    -> auth::PeerHints;

[[nodiscard]] auto prove_ours(const IkeSa& sa, const Prelude& prelude, const auth::PeerHints& hints,
                              Context& context) -> std::expected<auth::Proof, auth::ProveFailure>;

struct Claim {
  const Prelude& prelude;
  const wire::Payloads& message;
  const wire::IdPayload& id;
  const wire::AuthPayload& auth;
};
[[nodiscard]] auto check_theirs(const IkeSa& sa, const policy::Authentication& remote,
                                const Claim& claim, Context& context)
    -> std::expected<auth::Authenticated, auth::AuthFailure>;

void append_certificates(const auth::Proof& proof, wire::Payloads& to);
void append_certificate_request(const policy::Connection& connection,
                                const policy::Credentials& credentials, wire::Payloads& to);
/// SET_WINDOW_SIZE, if it is not the 1 that everybody assumes (RFC 7296, 2.3).
void append_window_size(const EndpointOptions& options, wire::Payloads& to);
void widen_window(IkeSa& sa, const wire::Payloads& payloads);

/// Asks for revocation data that is not there yet, if the policy wants it. True: `sa` now waits,
/// and `state` has moved into it.
[[nodiscard]] auto wait_for_revocation(IkeSa& sa, AwaitRevocation& state,
                                       const auth::Fetchable& wanted, Context& context) -> bool;

}  // namespace esplanade::ike::session
