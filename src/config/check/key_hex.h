// Keys as text: 0x and hexadecimal digits, as long as the algorithm wants them. Errors never quote.
#pragma once

#include "sa/esp_algorithms.h"

#include <expected>
#include <string>

namespace esplanade::config::check {

/// Octets of key and salt.
[[nodiscard]] auto encryption_key_size(const sa::EspAlgorithms& algorithms) -> std::size_t;
/// 0 for an AEAD.
[[nodiscard]] auto integrity_key_size(const sa::EspAlgorithms& algorithms) -> std::size_t;

/// Exactly `wanted` octets, at most the 64 of an IntegrityKey. The error goes on after "the key":
/// "has 15 octets where 20 are wanted".
[[nodiscard]] auto parse_key_hex(std::string_view text, std::size_t wanted)
    -> std::expected<sa::IntegrityKey, std::string>;

}  // namespace esplanade::config::check
