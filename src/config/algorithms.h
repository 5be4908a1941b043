// The algorithms of one hand-keyed SA, in the words of swanctl.conf's proposals: "aes128gcm16",
// "aes256-sha256", "null-sha256"; of AH "sha256".
#pragma once

#include "sa/sa_parameters.h"

#include <expected>
#include <string>
#include <string_view>

namespace esplanade::config {

/// Of ESP exactly one encryption and, unless it is an AEAD, one integrity algorithm; of AH one
/// integrity algorithm. The error is a sentence that says which word is wrong and what would do;
/// encryption without integrity is refused (RFC 4301, 4.2: ARCH-4.2-01, ESP-3.2.3-01), and so is an
/// implicit IV (RFC 8750, 4).
[[nodiscard]] auto parse_algorithms(sa::Protocol protocol, std::string_view text)
    -> std::expected<sa::EspAlgorithms, std::string>;

/// "aes256-sha256" again.
[[nodiscard]] auto to_string(sa::Protocol protocol, const sa::EspAlgorithms& algorithms)
    -> std::string;

/// A number that is sent twice under one key breaks them: counter modes and GMAC (RFC 4106, 2 and
/// RFC 4309, 2: GCM-2-02, CCM-2-06; RFC 4543, 3.1).
[[nodiscard]] auto needs_unique_numbers(const sa::EspAlgorithms& algorithms) -> bool;

/// Its setting: "esp", "ah".
[[nodiscard]] auto word_of(sa::Protocol protocol) -> std::string_view;

/// "ESP", "AH".
[[nodiscard]] auto to_string(sa::Protocol protocol) -> std::string_view;

}  // namespace esplanade::config
