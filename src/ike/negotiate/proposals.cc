#include "ike/negotiate/proposals.h"

#include "ike/negotiate/closest.h"
#include "ike/negotiate/transforms.h"

#include <algorithm>

namespace esplanade::ike::negotiate {
namespace {

using iana::KeyExchangeId;
using iana::SecurityProtocol;
using iana::TransformType;
using sa::Proposal;
using sa::Transform;

struct Terms {
  KeyExchangeRule rule{};
  std::optional<KeyExchangeId> prefer;
};

// An algorithm and the integrity beside it are chosen together: which of them goes with which
// depends on the encryption.
auto choose_protection(const Proposal& theirs, const Proposal& ours, KeyExchangeRule rule)
    -> std::optional<std::vector<Transform>> {
  const auto integrity = common(theirs, ours, TransformType::integrity, rule);
  if (ours.protocol == SecurityProtocol::ah) {
    if (integrity.empty()) return std::nullopt;
    return {{integrity.front()}};
  }
  for (const auto& encryption : common(theirs, ours, TransformType::encryption, rule)) {
    const auto beside = find_integrity_for(encryption, integrity, ours.protocol);
    if (beside) return {{encryption, *beside}};
  }
  return std::nullopt;
}

auto choose_one(const std::vector<Transform>& choices, const Terms& terms)
    -> std::optional<Transform> {
  if (choices.empty()) return std::nullopt;
  if (terms.prefer) {
    const auto it = std::ranges::find(choices, sa::transform(*terms.prefer));
    if (it != choices.end()) return *it;
  }
  return choices.front();
}

// NONE is said as the offer said it: by a transform or by leaving the type out.
auto is_worth_saying(const Transform& transform, const Proposal& theirs) -> bool {
  return transform.id != 0 || transform.type == TransformType::sequence_numbers ||
         std::ranges::find(theirs.transforms, transform) != theirs.transforms.end();
}

auto is_chosen_with_encryption(TransformType type) noexcept -> bool {
  return type == TransformType::encryption || type == TransformType::integrity;
}

auto choose(const Proposal& theirs, const Proposal& ours, const Terms& terms)
    -> std::optional<Proposal> {
  if (theirs.protocol != ours.protocol || find_foreign(theirs)) return std::nullopt;
  auto chosen = choose_protection(theirs, ours, terms.rule);
  if (!chosen) return std::nullopt;
  for (const auto type : types_of(ours.protocol)) {
    if (is_chosen_with_encryption(type)) continue;
    const auto one = choose_one(common(theirs, ours, type, terms.rule), terms);
    if (!one) return std::nullopt;
    chosen->push_back(*one);
  }
  std::erase_if(*chosen, [&](const auto& one) {
    return !is_worth_saying(one, theirs) ||
           (one.id == 0 && one.type == TransformType::key_exchange_method &&
            terms.rule == KeyExchangeRule::ignored);
  });
  std::ranges::stable_sort(*chosen, {}, &Transform::type);
  return Proposal{.number = theirs.number,
                  .protocol = theirs.protocol,
                  .spi = {},
                  .transforms = *std::move(chosen)};
}

auto has_one_of_each(const Proposal& chosen) -> bool {
  return std::ranges::all_of(chosen.transforms, [&](const auto& transform) {
    return transforms_of(chosen, transform.type).size() == 1;
  });
}

}  // namespace

auto select(const std::vector<Proposal>& offered, const std::vector<Proposal>& ours,
            KeyExchangeRule rule, std::optional<KeyExchangeId> prefer)
    -> std::expected<Proposal, ProposalMismatch> {
  for (const auto& wanted : ours) {
    for (const auto& theirs : offered) {
      if (auto chosen = choose(theirs, wanted, {.rule = rule, .prefer = prefer})) {
        return *std::move(chosen);
      }
    }
  }
  return std::unexpected(find_mismatch(offered, ours, rule));
}

auto is_among(const Proposal& chosen, const std::vector<Proposal>& offered, KeyExchangeRule rule)
    -> bool {
  const auto it = std::ranges::find(offered, chosen.number, &Proposal::number);
  if (it == offered.end() || !has_one_of_each(chosen)) return false;
  // In IKE_AUTH there is no key exchange to choose (IKE2-1.2-08).
  if (rule == KeyExchangeRule::ignored &&
      chosen_id(chosen, TransformType::key_exchange_method) != 0) {
    return false;
  }
  return choose(chosen, *it, {.rule = rule, .prefer = std::nullopt}).has_value();
}

auto offer(const std::vector<Proposal>& ours, KeyExchangeRule rule, const core::Bytes& spi)
    -> std::vector<Proposal> {
  auto numbered = ours;
  std::uint8_t number = 0;
  for (auto& proposal : numbered) {
    proposal.number = ++number;
    proposal.spi = spi;
    if (rule == KeyExchangeRule::as_offered) continue;
    std::erase_if(proposal.transforms, [](const auto& transform) {
      return transform.type == TransformType::key_exchange_method;
    });
  }
  return numbered;
}

auto chosen_id(const Proposal& chosen, TransformType type) -> std::optional<std::uint16_t> {
  const auto it = std::ranges::find(chosen.transforms, type, &Transform::type);
  if (it != chosen.transforms.end()) return it->id;
  const auto has_none =
      type == TransformType::integrity || type == TransformType::key_exchange_method;
  return has_none ? std::optional<std::uint16_t>(0) : std::nullopt;
}

auto key_exchange_methods(const std::vector<Proposal>& proposals) -> std::vector<KeyExchangeId> {
  std::vector<KeyExchangeId> methods;
  for (const auto& proposal : proposals) {
    for (const auto& transform : transforms_of(proposal, TransformType::key_exchange_method)) {
      const KeyExchangeId method{transform.id};
      const auto is_new = std::ranges::find(methods, method) == methods.end();
      if (method != KeyExchangeId::none && is_new) methods.push_back(method);
    }
  }
  return methods;
}

}  // namespace esplanade::ike::negotiate
