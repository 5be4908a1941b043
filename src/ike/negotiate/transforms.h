// What RFC 7296 says of transforms on their own and of one proposal's on both sides: which types a
// protocol needs (3.3.3), which key lengths are right (3.3.5), and what two ends have in common.
//
// Allocates: the lists it returns.
#pragma once

#include "ike/negotiate/proposals.h"
#include "sa/proposal.h"

#include <optional>
#include <span>
#include <vector>

namespace esplanade::ike::negotiate {

/// The types a protocol knows, in the order of their numbers.
[[nodiscard]] auto types_of(iana::SecurityProtocol protocol) noexcept
    -> std::span<const iana::TransformType>;
[[nodiscard]] auto is_aead(const sa::Transform& transform) noexcept -> bool;
/// Has it the Key Length attribute its algorithm needs, and none where none may stand
/// (IKE2-3.3.5-03)? AES with 0 bits is wrong, and so is ChaCha20 with 256.
[[nodiscard]] auto has_right_key_length(const sa::Transform& transform) noexcept -> bool;

[[nodiscard]] auto transforms_of(const sa::Proposal& proposal, iana::TransformType type)
    -> std::vector<sa::Transform>;
/// The same as a choice: without what cannot be chosen; NONE where a type that has one is absent,
/// and always for a key exchange that is ignored.
[[nodiscard]] auto choices_of(const sa::Proposal& proposal, iana::TransformType type,
                              KeyExchangeRule rule) -> std::vector<sa::Transform>;
/// A transform of a type the protocol does not know, if there is one.
[[nodiscard]] auto find_foreign(const sa::Proposal& proposal) -> std::optional<sa::Transform>;

/// Those of `ours` that `theirs` has, and that fit the protocol, in the order of `ours`.
[[nodiscard]] auto common(const sa::Proposal& theirs, const sa::Proposal& ours,
                          iana::TransformType type, KeyExchangeRule rule)
    -> std::vector<sa::Transform>;
/// Which of `integrity` may stand beside `encryption`: NONE with an AEAD, else anything but NONE in
/// IKE (IKE2-3.3-02, IKE2-5-01).
[[nodiscard]] auto find_integrity_for(const sa::Transform& encryption,
                                      std::span<const sa::Transform> integrity,
                                      iana::SecurityProtocol protocol)
    -> std::optional<sa::Transform>;

}  // namespace esplanade::ike::negotiate
