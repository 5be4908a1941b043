// DSCP and ECN at a tunnel's two ends (RFC 4301, 5.1.2; RFC 6040; RFC 3168 for the codepoints).
#pragma once

#include "sa/sa_parameters.h"

#include <optional>

namespace esplanade::ipsec {

inline constexpr std::uint8_t ecn_mask = 0b11;
enum class EcnField : std::uint8_t { not_ect = 0b00, ect_1 = 0b01, ect_0 = 0b10, ce = 0b11 };

[[nodiscard]] constexpr auto ecn_of(std::uint8_t tos) noexcept -> EcnField {
  return static_cast<EcnField>(tos & ecn_mask);
}

/// The TOS octet or traffic class of the header around a packet: DSCP by the map (RFC 4301, 5.1.2;
/// ARCH-5.1.2.1-05), ECN copied or, in compatibility mode, left out (RFC 6040, 4.1 and 4.3).
[[nodiscard]] constexpr auto encapsulated_tos(std::uint8_t inner, const sa::DscpMap& dscp,
                                              sa::Ecn ecn) noexcept -> std::uint8_t {
  const auto outer = static_cast<std::uint8_t>((dscp.outer[inner >> 2] & 0x3f) << 2);
  if (ecn == sa::Ecn::compatible) return outer;
  return static_cast<std::uint8_t>(outer | (inner & ecn_mask));
}

/// The TOS octet or traffic class the inner packet leaves with, or nothing where it must be
/// dropped: CE outside on a packet that never promised to react (RFC 6040, 4.2; ECN-4.2-01..04).
[[nodiscard]] constexpr auto decapsulated_tos(std::uint8_t inner, std::uint8_t outer) noexcept
    -> std::optional<std::uint8_t> {
  const auto with = [inner](EcnField ecn) {
    return static_cast<std::uint8_t>((inner & ~ecn_mask) | static_cast<std::uint8_t>(ecn));
  };
  switch (ecn_of(inner)) {
    case EcnField::not_ect:
      if (ecn_of(outer) == EcnField::ce) return std::nullopt;
      return inner;
    case EcnField::ect_0:
      if (ecn_of(outer) == EcnField::ect_1 || ecn_of(outer) == EcnField::ce)
        return with(ecn_of(outer));
      return inner;
    case EcnField::ect_1: return ecn_of(outer) == EcnField::ce ? with(EcnField::ce) : inner;
    case EcnField::ce:    return inner;
  }
  return std::nullopt;
}

}  // namespace esplanade::ipsec
