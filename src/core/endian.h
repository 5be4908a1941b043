// Single network-order numbers at a fixed place, for the data roads where a Reader per field
// would cost more than the field. The spans have static size, so bounds are checked where the
// span is made (subspan with a checked offset), never here.
#pragma once

#include "core/bytes.h"

#include <bit>

namespace esplanade::core {

template <class T>
[[nodiscard]] auto load_be(std::span<const std::byte, sizeof(T)> from) noexcept -> T {
  T value;
  std::memcpy(&value, from.data(), sizeof value);
  if constexpr (sizeof(T) > 1 && std::endian::native == std::endian::little) {
    value = std::byteswap(value);
  }
  return value;
}

template <class T>
void store_be(T value, std::span<std::byte, sizeof(T)> to) noexcept {
  if constexpr (sizeof(T) > 1 && std::endian::native == std::endian::little) {
    value = std::byteswap(value);
  }
  std::memcpy(to.data(), &value, sizeof value);
}

/// The same at a checked offset of a longer span.
template <class T>
[[nodiscard]] auto load_be(View bytes, std::size_t offset) noexcept -> T {
  ensure(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset);
  return load_be<T>(std::span<const std::byte, sizeof(T)>(bytes.subspan(offset, sizeof(T))));
}

template <class T>
void store_be(T value, MutableView bytes, std::size_t offset) noexcept {
  ensure(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset);
  store_be<T>(value, std::span<std::byte, sizeof(T)>(bytes.subspan(offset, sizeof(T))));
}

}  // namespace esplanade::core
