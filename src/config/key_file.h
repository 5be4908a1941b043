// The text of a key file, as `esplanade keygen` writes it: a first line that names the format, then
// settings.
//
//   # esplanade key file, version 1
//   esp = aes128gcm16         (or ah = sha256)
//   key = 0x...               (for GCM the key and its 4 octets of salt)
//   auth_key = 0x...          (where the algorithm has separate integrity)
#pragma once

#include "config/loader.h"
#include "sa/sa_parameters.h"

#include <expected>
#include <string>

namespace esplanade::config {

struct KeyFileContent {
  sa::Protocol protocol = sa::Protocol::esp;
  sa::EspAlgorithms algorithms;
  sa::EspKeys keys;
};

/// The error is a sentence with the line number; it never quotes key material.
[[nodiscard]] auto parse_key_file(const KeyText& text)
    -> std::expected<KeyFileContent, std::string>;

[[nodiscard]] auto write_key_file(const KeyFileContent& content) -> KeyText;

}  // namespace esplanade::config
