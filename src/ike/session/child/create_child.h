// CREATE_CHILD_SA for a new child and for the rekeying of one (RFC 7296, 1.3.1, 1.3.3, 2.8).
#pragma once

#include "ike/session/child/children.h"
#include "ike/session/traffic.h"

namespace esplanade::ike::session {

void ask_create(IkeSa& sa, const CreateChild& job, Context& context);
void ask_rekey(IkeSa& sa, const RekeyChild& job, Context& context);

/// The payloads of the response.
[[nodiscard]] auto answer_create_child(IkeSa& sa, const Received& asked, Context& context)
    -> wire::Payloads;

void finish_create_child(IkeSa& sa, CreatingChild move, const Received& answer, Context& context);

/// The child whose rekeying a request asks for, by N(REKEY_SA) (RFC 7296, 1.3.3).
[[nodiscard]] auto rekey_notify(const wire::Payloads& payloads) -> const wire::NotifyPayload*;

}  // namespace esplanade::ike::session
