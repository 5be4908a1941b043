// CREATE_CHILD_SA for the rekeying of the IKE SA itself (RFC 7296, 1.3.2, 2.8.2, 2.18).
#pragma once

#include "ike/session/traffic.h"

namespace esplanade::ike::session {

void ask_rekey_ike(IkeSa& sa, Context& context);
/// The payloads of the response.
[[nodiscard]] auto answer_rekey_ike(IkeSa& sa, const Received& asked, Context& context)
    -> wire::Payloads;
void finish_rekey_ike(IkeSa& sa, RekeyingIke move, const Received& answer, Context& context);

/// A CREATE_CHILD_SA request that offers an IKE SA.
[[nodiscard]] auto is_ike_rekey(const wire::Payloads& payloads) -> bool;

/// The peer goes on with the successor it has made while we were rekeying as well: so that one has
/// won, whatever becomes of ours.
void take_for_decided(IkeSa& successor, Context& context);

/// Children and waiting jobs go to the successor (RFC 7296, 2.8).
void hand_over(IkeSa& from, IkeSa& to, Context& context);

}  // namespace esplanade::ike::session
