// The responder of an IKE SA, from nothing to established (RFC 7296, 1.2).
//
//   answer_sa_init() --> AwaitAuthRequest --request--> [AwaitRevocation] --> Established
//                                                                     `--> Closed
//
// Cookies and limits come before this: see endpoint/half_open.h.
#pragma once

#include "ike/session/traffic.h"

namespace esplanade::ike::session {

/// What an IKE_SA_INIT request gets: an IKE SA that has sent its response, or the notify that says
/// why not.
[[nodiscard]] auto answer_sa_init(const Datagram& datagram, const wire::Message& asked,
                                  Context& context)
    -> std::expected<std::unique_ptr<IkeSa>, wire::NotifyPayload>;

/// The request of IKE_AUTH.
void on_auth_request(IkeSa& sa, const Received& asked, Context& context);
/// Revocation data has come, or will not.
void on_responder_revocation(IkeSa& sa, AwaitRevocation waiting, Context& context);

}  // namespace esplanade::ike::session
