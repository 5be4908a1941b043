#include "ike/negotiate/closest.h"

#include "ike/negotiate/transforms.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>
#include <algorithm>

namespace esplanade::ike::negotiate {
namespace {

using iana::TransformType;
using sa::Proposal;
using sa::Transform;
using Difference = ProposalMismatch::Difference;
using Differences = std::vector<Difference>;

auto has_aead(const std::vector<Transform>& transforms) -> bool {
  return std::ranges::any_of(transforms, is_aead);
}

// Integrity follows from the encryption: where one end wants an AEAD and the other none, that is
// one difference and not two.
auto integrity_differs(const Proposal& theirs, const Proposal& ours, KeyExchangeRule rule) -> bool {
  const auto both = common(theirs, ours, TransformType::integrity, rule);
  const auto ciphers = common(theirs, ours, TransformType::encryption, rule);
  if (!ciphers.empty()) {
    return std::ranges::none_of(ciphers, [&](const auto& cipher) {
      return find_integrity_for(cipher, both, ours.protocol).has_value();
    });
  }
  const auto is_ah = ours.protocol == iana::SecurityProtocol::ah;
  const auto is_same_kind = has_aead(transforms_of(theirs, TransformType::encryption)) ==
                            has_aead(transforms_of(ours, TransformType::encryption));
  return (is_ah || is_same_kind) && both.empty();
}

auto differs(const Proposal& theirs, const Proposal& ours, TransformType type, KeyExchangeRule rule)
    -> bool {
  return type == TransformType::integrity ? integrity_differs(theirs, ours, rule)
                                          : common(theirs, ours, type, rule).empty();
}

auto differences_of(const Proposal& theirs, const Proposal& ours, KeyExchangeRule rule)
    -> Differences {
  Differences found;
  if (const auto foreign = find_foreign(theirs)) {
    found.push_back({.type = foreign->type, .theirs = {*foreign}, .ours = {}});
  }
  for (const auto type : types_of(ours.protocol)) {
    if (!differs(theirs, ours, type, rule)) continue;
    found.push_back(
        {.type = type, .theirs = transforms_of(theirs, type), .ours = transforms_of(ours, type)});
  }
  return found;
}

auto name_of(TransformType type) -> std::string {
  switch (type) {
    case TransformType::encryption:            return "the encryption";
    case TransformType::pseudorandom_function: return "the PRF";
    case TransformType::integrity:             return "the integrity";
    case TransformType::key_exchange_method:   return "the key exchange";
    case TransformType::sequence_numbers:      return "the sequence numbers";
  }
  return fmt::format("transform type {}", std::to_underlying(type));
}

auto name_of(iana::SecurityProtocol protocol) -> std::string {
  const auto* row = iana::find_row(iana::security_protocols, protocol);
  return row == nullptr ? fmt::format("protocol {}", std::to_underlying(protocol))
                        : std::string(row->name);
}

auto text_of(const Transform& transform) -> std::string {
  auto text = sa::to_text(transform);
  if (transform.has_unknown_attribute) return text + " (with an attribute we do not know)";
  if (has_right_key_length(transform)) return text;
  return text + (transform.key_bits == 0 ? " (without a key length)" : " (a wrong key length)");
}

auto list_of(const std::vector<Transform>& transforms) -> std::string {
  if (transforms.empty()) return "none";
  std::vector<std::string> words;
  for (const auto& transform : transforms) {
    auto text = text_of(transform);
    if (std::ranges::find(words, text) == words.end()) words.push_back(std::move(text));
  }
  return fmt::to_string(fmt::join(words, " or "));
}

auto is_known(TransformType type) -> bool {
  return iana::find_row(iana::transform_types, type) != nullptr;
}

auto sentence_of(const Difference& difference, const Voices& voices) -> std::string {
  if (!is_known(difference.type)) return "which we do not know";
  return fmt::format("{} {}, {} {}", voices.they_offer, list_of(difference.theirs), voices.we_want,
                     list_of(difference.ours));
}

auto list_of(const Differences& differences, const Voices& voices) -> std::string {
  std::string list;
  for (const auto& difference : differences) {
    const auto* separator = list.empty() ? "" : &difference == &differences.back() ? " and " : ", ";
    list += fmt::format("{}{} ({})", separator, name_of(difference.type),
                        sentence_of(difference, voices));
  }
  return list;
}

}  // namespace

auto find_mismatch(const std::vector<Proposal>& offered, const std::vector<Proposal>& ours,
                   KeyExchangeRule rule) -> ProposalMismatch {
  ProposalMismatch mismatch{.theirs = offered, .ours = ours, .differences = {}};
  auto has_pair = false;
  for (std::size_t theirs = 0; theirs < offered.size(); ++theirs) {
    for (std::size_t wanted = 0; wanted < ours.size(); ++wanted) {
      if (offered[theirs].protocol != ours[wanted].protocol) continue;
      auto differences = differences_of(offered[theirs], ours[wanted], rule);
      if (has_pair && differences.size() >= mismatch.differences.size()) continue;
      has_pair = true;
      mismatch.their_closest = theirs;
      mismatch.our_closest = wanted;
      mismatch.differences = std::move(differences);
    }
  }
  return mismatch;
}

auto ProposalMismatch::to_sentence(const Voices& voices) const -> std::string {
  if (ours.empty()) return "we have no proposal configured";
  if (theirs.empty()) return fmt::format("{} no proposal", voices.they_offer);
  const auto& closest = theirs[their_closest];
  if (differences.empty()) {
    return fmt::format("{} {}, {} {}", voices.they_offer, name_of(closest.protocol), voices.we_want,
                       name_of(ours[our_closest].protocol));
  }
  const auto proposal = fmt::format("{} proposal {}", voices.their, closest.number);
  if (differences.size() == 1) {
    const auto& only = differences.front();
    return fmt::format("{} differs only in {}{} {}", proposal, name_of(only.type),
                       is_known(only.type) ? ":" : ",", sentence_of(only, voices));
  }
  return fmt::format("{} comes closest and differs in {}", proposal, list_of(differences, voices));
}

}  // namespace esplanade::ike::negotiate
