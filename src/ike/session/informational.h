// INFORMATIONAL: deletions, liveness, notifies (RFC 7296, 1.4, 2.4, 2.25).
#pragma once

#include "ike/session/traffic.h"

namespace esplanade::ike::session {

void ask_delete(IkeSa& sa, const DeleteChild& job, Context& context);
void ask_close(IkeSa& sa, const CloseChildren& job);
void ask_delete_ike(IkeSa& sa, Context& context);
void ask_probe(IkeSa& sa, Context& context);
void ask_tell(IkeSa& sa, const Tell& job, Context& context);

[[nodiscard]] auto deletes_ike(const wire::Payloads& asked) -> bool;
/// Answers, and does what was asked; the IKE SA may be closed afterwards.
void answer_informational(IkeSa& sa, const Received& asked, Context& context);

void finish_delete(IkeSa& sa, const DeletingChild& move, Context& context);

}  // namespace esplanade::ike::session
