// Who an end says it is in IKE_AUTH, and by what it proves it.
#pragma once

#include "ike/explain/sides.h"

#include <optional>

namespace esplanade::ike::explain {

/// Borrows from the conversation.
struct Claim {
  const wire::IdPayload* id = nullptr;
  const wire::IdPayload* wanted = nullptr;  ///< whom the initiator asks for; may be nobody
  const wire::AuthPayload* auth = nullptr;  ///< none with EAP
  std::vector<const wire::CertPayload*> certificates;
  const Leg* leg = nullptr;
};

/// nullopt where it was not seen, or is encrypted.
[[nodiscard]] auto claim_of(const Conversation& conversation, Role role) -> std::optional<Claim>;

/// The frame in which the other end refused this one's claim.
[[nodiscard]] auto refusal_of(const Conversation& conversation, Role role)
    -> std::optional<std::size_t>;

/// An answer to IKE_AUTH that nobody can open, but that is too short for an AUTH payload.
[[nodiscard]] auto is_short_refusal(const Exchange& exchange) noexcept -> bool;

}  // namespace esplanade::ike::explain
