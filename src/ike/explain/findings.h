// The questions a conversation is asked, one file each. Every function appends what it finds.
#pragma once

#include "ike/explain/sides.h"

namespace esplanade::ike::explain {

/// One conversation, and all that is known beside it; both outlive this.
struct Subject {
  const Conversation& conversation;
  const Knowledge& knowledge;
  Sides sides;
};

/// IKE_SA_INIT: proposals, groups, cookies, NAT.
void find_in_sa_init(const Subject& subject, Findings& to);
/// IKE_AUTH: identities, proofs, certificates.
void find_in_auth(const Subject& subject, Findings& to);
/// Child SAs, of IKE_AUTH and CREATE_CHILD_SA: proposals and selectors.
void find_in_children(const Subject& subject, Findings& to);
/// What was asked and not answered, or answered and asked again: ports, MTU, dead peers.
void find_silence(const Subject& subject, Findings& to);
/// ESP in one direction only.
void find_one_way_esp(const Subject& subject, Findings& to);

/// The name of a notify type, or its number.
[[nodiscard]] auto name_of(iana::NotifyType type) -> std::string;
/// "aes256-sha256-modp2048, aes128gcm16-prfsha256-ecp256".
[[nodiscard]] auto list_of(const std::vector<sa::Proposal>& proposals) -> std::string;
/// A finding of this exchange's answer.
[[nodiscard]] auto answer_frame(const Exchange& exchange) noexcept -> std::size_t;

}  // namespace esplanade::ike::explain
