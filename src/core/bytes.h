// Octets: the names every module uses for them, and their hexadecimal form.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace esplanade::core {

using Bytes = std::vector<std::byte>;
using View = std::span<const std::byte>;
using MutableView = std::span<std::byte>;

/// Lower-case hexadecimal, two digits an octet, no separators.
[[nodiscard]] auto to_hex(View bytes) -> std::string;

/// Octets of `text`, which may begin with 0x. Errors: bad_hex with the offset of the first
/// character that is no digit; an odd number of digits is an error at the end.
[[nodiscard]] auto from_hex(std::string_view text) -> Result<Bytes>;

/// The octets of a text, for tests and for files read as text.
[[nodiscard]] inline auto as_view(std::string_view text) noexcept -> View {
  return std::as_bytes(std::span(text));
}

/// memcpy with checked sizes; `to` may be longer. Safe for empty spans.
inline void copy(View from, MutableView to) noexcept {
  ensure(from.size() <= to.size());
  if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
}

}  // namespace esplanade::core
