// INFORMATIONAL: deletions, liveness, notifies (RFC 7296, 1.4, 2.4, 2.25).
#pragma once

#include "ike/session/traffic.h"

namespace esplanade::ike::session {

void ask_delete(IkeSa& sa, const DeleteChild& job, Context& context);
void ask_close(IkeSa& sa, const CloseChildren& job);
void ask_delete_ike(IkeSa& sa, Context& context);
void ask_probe(IkeSa& sa, Context& context);
void ask_tell(IkeSa& sa, const Tell& job, Context& context);

/// To be told of a packet that `child` was not made for, which begins with `start` (RFC 7296,
/// 3.10.1). Its SPI is that of the SA on which it came.
[[nodiscard]] auto invalid_selectors(const Child& child, core::View start) -> wire::NotifyPayload;

[[nodiscard]] auto deletes_ike(const wire::Payloads& asked) -> bool;
/// Answers, and does what was asked; the IKE SA may be closed afterwards.
void answer_informational(IkeSa& sa, const Received& asked, Context& context);

void finish_delete(IkeSa& sa, const DeletingChild& move, Context& context);

}  // namespace esplanade::ike::session
