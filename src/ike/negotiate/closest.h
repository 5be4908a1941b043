// Of all pairs of an offered and an allowed proposal, the one that came closest to fitting.
#pragma once

#include "ike/negotiate/proposals.h"

namespace esplanade::ike::negotiate {

/// For an offer that select() has refused.
[[nodiscard]] auto find_mismatch(const std::vector<sa::Proposal>& offered,
                                 const std::vector<sa::Proposal>& ours, KeyExchangeRule rule)
    -> ProposalMismatch;

}  // namespace esplanade::ike::negotiate
