// What one end offers for an SA: proposals in order of preference, each a choice of transforms per
// type (RFC 7296, 3.3). The same values stand in the configuration and on the wire.
//
// Units: key_bits in bits.
#pragma once

#include "core/bytes.h"
#include "iana/ikev2_messages.h"
#include "iana/ikev2_transforms.h"

#include <vector>

namespace esplanade::sa {

/// One algorithm. `id` counts in the registry of its type: iana::EncryptionId, PrfId, ...
struct Transform {
  iana::TransformType type{};
  std::uint16_t id = 0;
  std::uint16_t key_bits = 0;  ///< the Key Length attribute; 0 where there is none
  /// Came with an attribute nobody knows, so that it cannot be chosen (IKE2-3.3.6-02).
  bool has_unknown_attribute = false;
  auto operator==(const Transform&) const -> bool = default;
};

struct Proposal {
  std::uint8_t number = 0;  ///< 1 and up on the wire; 0 in a configuration
  iana::SecurityProtocol protocol{};
  core::Bytes spi;  ///< 0, 4 or 8 octets
  std::vector<Transform> transforms;
  auto operator==(const Proposal&) const -> bool = default;
};

/// A transform from its registry's own type.
[[nodiscard]] constexpr auto transform(iana::EncryptionId id, std::uint16_t key_bits = 0) noexcept
    -> Transform {
  return {
      .type = iana::TransformType::encryption, .id = std::to_underlying(id), .key_bits = key_bits};
}
[[nodiscard]] constexpr auto transform(iana::PrfId id) noexcept -> Transform {
  return {.type = iana::TransformType::pseudorandom_function, .id = std::to_underlying(id)};
}
[[nodiscard]] constexpr auto transform(iana::IntegrityId id) noexcept -> Transform {
  return {.type = iana::TransformType::integrity, .id = std::to_underlying(id)};
}
[[nodiscard]] constexpr auto transform(iana::KeyExchangeId id) noexcept -> Transform {
  return {.type = iana::TransformType::key_exchange_method, .id = std::to_underlying(id)};
}
[[nodiscard]] constexpr auto transform(iana::SequenceNumbersId id) noexcept -> Transform {
  return {.type = iana::TransformType::sequence_numbers, .id = std::to_underlying(id)};
}

}  // namespace esplanade::sa
