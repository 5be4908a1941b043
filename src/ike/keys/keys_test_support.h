// Octets that count up, and secrets in hexadecimal.
#pragma once

#include "core/secret.h"

namespace esplanade::ike::keys::test {

[[nodiscard]] inline auto octets_from(unsigned first, std::size_t size) -> core::Bytes {
  core::Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::byte>(first + i);
  return octets;
}

[[nodiscard]] inline auto hex(std::string_view text) -> core::Bytes {
  return core::from_hex(text).value();
}

template <std::size_t Max>
[[nodiscard]] auto hex_of(const core::Secret<Max>& secret) -> std::string {
  return core::to_hex(secret.reveal());
}

}  // namespace esplanade::ike::keys::test
