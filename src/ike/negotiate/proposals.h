// Choosing among proposals (RFC 7296, 2.7 and 3.3.6), and finding what stood in the way.
#pragma once

#include "ike/negotiate/voices.h"
#include "sa/proposal.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace esplanade::ike::negotiate {

/// How the key exchange of a proposal is judged.
enum class KeyExchangeRule : std::uint8_t {
  as_offered,  ///< one both have; NONE and its absence are the same (IKE2-3.3.6-03)
  ignored,     ///< in IKE_AUTH there is none, whatever the configuration says (IKE2-1.2-08)
};

/// What stands between an offer and us, least first: of all pairs of proposals the one that
/// differs in the fewest types.
struct ProposalMismatch {
  struct Difference {
    iana::TransformType type{};
    std::vector<sa::Transform> theirs, ours;
  };
  std::vector<sa::Proposal> theirs, ours;  ///< all that was offered and allowed
  std::size_t their_closest = 0, our_closest = 0;
  std::vector<Difference> differences;

  /// "their proposal 2 differs only in the PRF: they offer sha1, we want sha256".
  [[nodiscard]] auto to_sentence(const Voices& voices = {}) const -> std::string;
};

/// The responder's choice by our order of preference: one transform a type, the offer's number,
/// protocol and attributes, no SPI. Proposals with unknown types, without a mandatory type, or
/// with a wrong Key Length are passed over (IKE2-3.3.3-01, 3.3.5-03, 3.3.6-02).
/// `prefer` is a group the peer has sent a KE for: taken if allowed at all by the best proposal.
[[nodiscard]] auto select(const std::vector<sa::Proposal>& offered,
                          const std::vector<sa::Proposal>& ours, KeyExchangeRule rule,
                          std::optional<iana::KeyExchangeId> prefer = std::nullopt)
    -> std::expected<sa::Proposal, ProposalMismatch>;

/// The initiator's check: is `chosen` one transform a type out of the proposal of its number that
/// we offered (IKE2-3.3.6-01)?
[[nodiscard]] auto is_among(const sa::Proposal& chosen, const std::vector<sa::Proposal>& offered,
                            KeyExchangeRule rule) -> bool;

/// Ours for the wire: numbered from 1, with `spi` in each; `rule` leaves the key exchange out.
[[nodiscard]] auto offer(const std::vector<sa::Proposal>& ours, KeyExchangeRule rule,
                         const core::Bytes& spi) -> std::vector<sa::Proposal>;

/// The transform of a type; its id is 0 (NONE, for those that have it) where there is none.
[[nodiscard]] auto chosen_id(const sa::Proposal& chosen, iana::TransformType type)
    -> std::optional<std::uint16_t>;
/// Key exchange methods of all proposals, in order, once each, without NONE.
[[nodiscard]] auto key_exchange_methods(const std::vector<sa::Proposal>& proposals)
    -> std::vector<iana::KeyExchangeId>;

}  // namespace esplanade::ike::negotiate
