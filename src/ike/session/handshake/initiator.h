// The initiator of an IKE SA, from nothing to established (RFC 7296, 1.2).
//
//   begin() --> AwaitSaInit --response--> AwaitAuth --response--> [AwaitRevocation] --> Established
//                  |   ^ cookie, other group                                 `--> Closed
//
// Anybody can answer IKE_SA_INIT: what does not lead on leaves the state as it is (2.21.1).
#pragma once

#include "ike/session/traffic.h"

namespace esplanade::ike::session {

/// Sends IKE_SA_INIT. `sa` has its connection, path, SPI and purpose. Errors: unsupported.
[[nodiscard]] auto begin(IkeSa& sa, Context& context) -> core::Result<void>;

/// A message in clear that answers IKE_SA_INIT.
void on_sa_init_response(IkeSa& sa, const Datagram& datagram, Context& context);
/// The protected answer to IKE_AUTH.
void on_auth_response(IkeSa& sa, const Received& answer, Context& context);
/// Revocation data has come, or will not.
void on_revocation(IkeSa& sa, AwaitRevocation waiting, Context& context);
/// An unauthenticated refusal stood unopposed for long enough.
void give_up_if_refused(IkeSa& sa, Context& context);

}  // namespace esplanade::ike::session
