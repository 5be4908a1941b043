// Memory that is asked for before it is needed.
#pragma once

#include <cstddef>

namespace esplanade::ipsec {

inline constexpr std::size_t cache_line = 64;

/// The first `lines` cache lines of an object.
inline void prefetch_lines(const void* object, std::size_t lines) noexcept {
  const auto* const at = static_cast<const std::byte*>(object);
  for (std::size_t line = 0; line < lines; ++line) __builtin_prefetch(at + line * cache_line);
}

}  // namespace esplanade::ipsec
