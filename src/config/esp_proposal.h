// The words for ESP algorithms as swanctl.conf has them: "aes128gcm16", "aes256-sha256".
#pragma once

#include "sa/esp_algorithms.h"

#include <expected>
#include <string>
#include <string_view>

namespace esplanade::config {

/// Exactly one encryption and, unless it is an AEAD, one integrity algorithm. The error is a
/// sentence that says which word is wrong and what would do; encryption without integrity is
/// refused (RFC 4301, 4.2: ARCH-4.2-01, ESP-3.2.3-01).
[[nodiscard]] auto parse_esp_proposal(std::string_view text)
    -> std::expected<sa::EspAlgorithms, std::string>;

/// "aes256-sha256" again.
[[nodiscard]] auto to_string(const sa::EspAlgorithms& algorithms) -> std::string;

}  // namespace esplanade::config
