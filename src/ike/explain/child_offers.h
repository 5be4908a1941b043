// What an end asked for when it asked for child SAs.
#pragma once

#include "ike/explain/findings.h"
#include "ike/negotiate/selectors.h"

#include <optional>

namespace esplanade::ike::explain {

struct ChildOffer {
  std::vector<sa::Proposal> proposals;
  negotiate::Offer selectors;
};

/// nullopt where the request is encrypted, or is not about a child.
[[nodiscard]] auto child_offer_of(const Exchange& exchange) -> std::optional<ChildOffer>;

/// The last one this end made of itself towards the other, in any conversation of the capture.
[[nodiscard]] auto own_child_offer(const Subject& subject, Role end) -> std::optional<ChildOffer>;

}  // namespace esplanade::ike::explain
