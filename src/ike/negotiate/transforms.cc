#include "ike/negotiate/transforms.h"

#include <algorithm>

namespace esplanade::ike::negotiate {
namespace {

using iana::EncryptionId;
using iana::SecurityProtocol;
using iana::TransformType;
using sa::Proposal;
using sa::Transform;

constexpr auto ike_types =
    std::to_array({TransformType::encryption, TransformType::pseudorandom_function,
                   TransformType::integrity, TransformType::key_exchange_method});
constexpr auto esp_types =
    std::to_array({TransformType::encryption, TransformType::integrity,
                   TransformType::key_exchange_method, TransformType::sequence_numbers});
constexpr auto ah_types =
    std::to_array({TransformType::integrity, TransformType::key_exchange_method,
                   TransformType::sequence_numbers});

auto has_none(TransformType type) noexcept -> bool {
  return type == TransformType::integrity || type == TransformType::key_exchange_method;
}

auto none_of(TransformType type) noexcept -> Transform { return {.type = type, .id = 0}; }

auto is_choosable(const Transform& transform) noexcept -> bool {
  return !transform.has_unknown_attribute && has_right_key_length(transform);
}

// What the protocol forbids although both ends might want it.
auto is_forbidden(const Transform& transform, SecurityProtocol protocol) noexcept -> bool {
  const auto is_ike = protocol == SecurityProtocol::ike;
  const auto is_ah = protocol == SecurityProtocol::ah;
  const auto is_none = transform.id == 0;
  const auto is_null = EncryptionId{transform.id} == EncryptionId::encr_null;
  switch (transform.type) {
    case TransformType::encryption:            return is_none || (is_ike && is_null);
    case TransformType::pseudorandom_function: return is_none;
    case TransformType::integrity:             return is_none && is_ah;
    case TransformType::key_exchange_method:   return is_none && is_ike;
    case TransformType::sequence_numbers:      return false;
  }
  return true;
}

enum class KeyLength : std::uint8_t { fixed, aes, variable };

auto key_length_of(EncryptionId id) noexcept -> KeyLength {
  switch (id) {
    case EncryptionId::encr_des_iv64:
    case EncryptionId::encr_des:
    case EncryptionId::encr_3des:
    case EncryptionId::encr_idea:
    case EncryptionId::encr_3idea:
    case EncryptionId::encr_des_iv32:
    case EncryptionId::encr_null:
    case EncryptionId::encr_chacha20_poly1305:
    case EncryptionId::encr_chacha20_poly1305_iiv: return KeyLength::fixed;
    case EncryptionId::encr_rc5:
    case EncryptionId::encr_cast:
    case EncryptionId::encr_blowfish:              return KeyLength::variable;
    case EncryptionId::encr_aes_cbc:
    case EncryptionId::encr_aes_ctr:
    case EncryptionId::encr_aes_ccm_8:
    case EncryptionId::encr_aes_ccm_12:
    case EncryptionId::encr_aes_ccm_16:
    case EncryptionId::encr_aes_gcm_8:
    case EncryptionId::encr_aes_gcm_12:
    case EncryptionId::encr_aes_gcm_16:
    case EncryptionId::encr_null_auth_aes_gmac:
    case EncryptionId::encr_camellia_cbc:
    case EncryptionId::encr_camellia_ctr:
    case EncryptionId::encr_camellia_ccm_8:
    case EncryptionId::encr_camellia_ccm_12:
    case EncryptionId::encr_camellia_ccm_16:
    case EncryptionId::encr_aes_ccm_8_iiv:
    case EncryptionId::encr_aes_gcm_16_iiv:        return KeyLength::aes;
  }
  return KeyLength::variable;
}

}  // namespace

auto types_of(SecurityProtocol protocol) noexcept -> std::span<const TransformType> {
  switch (protocol) {
    case SecurityProtocol::ike:  return ike_types;
    case SecurityProtocol::esp:  return esp_types;
    case SecurityProtocol::ah:   return ah_types;
    case SecurityProtocol::none: break;
  }
  return {};
}

auto is_aead(const Transform& transform) noexcept -> bool {
  if (transform.type != TransformType::encryption) return false;
  switch (EncryptionId{transform.id}) {
    case EncryptionId::encr_aes_ccm_8:
    case EncryptionId::encr_aes_ccm_12:
    case EncryptionId::encr_aes_ccm_16:
    case EncryptionId::encr_aes_gcm_8:
    case EncryptionId::encr_aes_gcm_12:
    case EncryptionId::encr_aes_gcm_16:
    case EncryptionId::encr_null_auth_aes_gmac:
    case EncryptionId::encr_camellia_ccm_8:
    case EncryptionId::encr_camellia_ccm_12:
    case EncryptionId::encr_camellia_ccm_16:
    case EncryptionId::encr_chacha20_poly1305:
    case EncryptionId::encr_aes_ccm_8_iiv:
    case EncryptionId::encr_aes_gcm_16_iiv:
    case EncryptionId::encr_chacha20_poly1305_iiv: return true;
    case EncryptionId::encr_des_iv64:
    case EncryptionId::encr_des:
    case EncryptionId::encr_3des:
    case EncryptionId::encr_rc5:
    case EncryptionId::encr_idea:
    case EncryptionId::encr_cast:
    case EncryptionId::encr_blowfish:
    case EncryptionId::encr_3idea:
    case EncryptionId::encr_des_iv32:
    case EncryptionId::encr_null:
    case EncryptionId::encr_aes_cbc:
    case EncryptionId::encr_aes_ctr:
    case EncryptionId::encr_camellia_cbc:
    case EncryptionId::encr_camellia_ctr:          return false;
  }
  return false;
}

auto has_right_key_length(const Transform& transform) noexcept -> bool {
  const auto bits = transform.key_bits;
  if (transform.type != TransformType::encryption) return bits == 0;
  switch (key_length_of(EncryptionId{transform.id})) {
    case KeyLength::fixed:    return bits == 0;
    case KeyLength::aes:      return bits == 128 || bits == 192 || bits == 256;
    case KeyLength::variable: return true;
  }
  core::bug();
}

auto transforms_of(const Proposal& proposal, TransformType type) -> std::vector<Transform> {
  std::vector<Transform> found;
  std::ranges::copy_if(proposal.transforms, std::back_inserter(found),
                       [type](const auto& transform) { return transform.type == type; });
  return found;
}

auto choices_of(const Proposal& proposal, TransformType type, KeyExchangeRule rule)
    -> std::vector<Transform> {
  const auto is_ignored =
      type == TransformType::key_exchange_method && rule == KeyExchangeRule::ignored;
  auto choices = is_ignored ? std::vector<Transform>{} : transforms_of(proposal, type);
  if (choices.empty() && has_none(type)) return {none_of(type)};
  std::erase_if(choices, [](const auto& transform) { return !is_choosable(transform); });
  return choices;
}

auto find_foreign(const Proposal& proposal) -> std::optional<Transform> {
  const auto known = types_of(proposal.protocol);
  const auto it = std::ranges::find_if(proposal.transforms, [known](const auto& transform) {
    return std::ranges::find(known, transform.type) == known.end();
  });
  if (it == proposal.transforms.end()) return std::nullopt;
  return *it;
}

auto common(const Proposal& theirs, const Proposal& ours, TransformType type, KeyExchangeRule rule)
    -> std::vector<Transform> {
  auto both = choices_of(ours, type, rule);
  // A configuration that is silent means 32 bits; a peer has to say so (IKE2-3.3.2-02).
  if (both.empty() && type == TransformType::sequence_numbers) both = {none_of(type)};
  const auto offered = choices_of(theirs, type, rule);
  std::erase_if(both, [&](const auto& transform) {
    return is_forbidden(transform, ours.protocol) ||
           std::ranges::find(offered, transform) == offered.end();
  });
  return both;
}

auto find_integrity_for(const Transform& encryption, std::span<const Transform> integrity,
                        SecurityProtocol protocol) -> std::optional<Transform> {
  const auto wants_none = is_aead(encryption);
  const auto may_be_none = wants_none || protocol != SecurityProtocol::ike;
  const auto it = std::ranges::find_if(integrity, [&](const auto& transform) {
    return transform.id == 0 ? may_be_none : !wants_none;
  });
  if (it == integrity.end()) return std::nullopt;
  return *it;
}

}  // namespace esplanade::ike::negotiate
