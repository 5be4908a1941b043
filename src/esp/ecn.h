// The ECN field at a tunnel's two ends (RFC 6040; RFC 3168 for the codepoints).
#pragma once

#include <cstdint>
#include <optional>

namespace esplanade::esp {

inline constexpr std::uint8_t ecn_mask = 0b11;
enum class Ecn : std::uint8_t { not_ect = 0b00, ect_1 = 0b01, ect_0 = 0b10, ce = 0b11 };

[[nodiscard]] constexpr auto ecn_of(std::uint8_t tos) noexcept -> Ecn {
  return static_cast<Ecn>(tos & ecn_mask);
}

/// The TOS octet or traffic class the inner packet leaves with, or nothing where it must be
/// dropped: CE outside on a packet that never promised to react (RFC 6040, 4.2; ECN-4.2-01..04).
[[nodiscard]] constexpr auto decapsulated_tos(std::uint8_t inner, std::uint8_t outer) noexcept
    -> std::optional<std::uint8_t> {
  const auto with = [inner](Ecn ecn) {
    return static_cast<std::uint8_t>((inner & ~ecn_mask) | static_cast<std::uint8_t>(ecn));
  };
  switch (ecn_of(inner)) {
    case Ecn::not_ect:
      if (ecn_of(outer) == Ecn::ce) return std::nullopt;
      return inner;
    case Ecn::ect_0:
      if (ecn_of(outer) == Ecn::ect_1 || ecn_of(outer) == Ecn::ce) return with(ecn_of(outer));
      return inner;
    case Ecn::ect_1: return ecn_of(outer) == Ecn::ce ? with(Ecn::ce) : inner;
    case Ecn::ce:    return inner;
  }
  return std::nullopt;
}

}  // namespace esplanade::esp
