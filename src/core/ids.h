// Numbers that must not be mixed up, each a type of its own.
#pragma once

#include <compare>
#include <cstdint>

namespace esplanade::core {

/// Security Parameters Index, host order (RFC 4301, 4.1). 0 to 255 are never allocated.
enum class Spi : std::uint32_t {};

/// The full 64-bit sequence number; its low 32 bits are on the wire (RFC 4303, 2.2.1).
struct Seq64 {
  std::uint64_t value = 0;
  auto operator<=>(const Seq64&) const = default;
  [[nodiscard]] constexpr auto low() const noexcept -> std::uint32_t {
    return static_cast<std::uint32_t>(value);
  }
  [[nodiscard]] constexpr auto high() const noexcept -> std::uint32_t {
    return static_cast<std::uint32_t>(value >> 32);
  }
};

/// Place of an SA in its table.
enum class SaIndex : std::uint32_t { none = 0xffffffff };

}  // namespace esplanade::core
