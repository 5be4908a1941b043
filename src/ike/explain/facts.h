// What each end of a conversation said, as lists of words under names.
#pragma once

#include "ike/explain/finding.h"

namespace esplanade::ike::explain {

/// initiator_offers, initiator_group, responder_chose, responder_answers; and of what could be
/// opened initiator_id, initiator_asks_for, initiator_proof, initiator_certificates, the same of
/// the responder, child_offers, child_selectors, child_chosen, child_answer. What was not seen is
/// left out.
[[nodiscard]] auto facts_of(const Conversation& conversation) -> std::vector<Fact>;

}  // namespace esplanade::ike::explain
