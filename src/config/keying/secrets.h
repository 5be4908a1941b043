// The section `secrets`: pre-shared keys, and passphrases of private keys.
#pragma once

#include "config/keying/files.h"

namespace esplanade::config::keying {

/// Of `private`, `rsa`, `ecdsa` or `pkcs8`, which are names of folders too.
struct FilePassphrase {
  std::string path;
  Passphrase secret;
  Place place;  ///< of the file's name
};

struct Secrets {
  std::vector<policy::PreSharedKey> shared;
  std::vector<FilePassphrase> passphrases;
};

[[nodiscard]] auto read_secrets(const syntax::Section& root, const Context& context) -> Secrets;

/// "text", 0x and hexadecimal digits, or 0s and base64. Nothing if it is none of these, empty, or
/// longer than policy::PskSecret.
[[nodiscard]] auto parse_secret(std::string_view text) -> std::optional<policy::PskSecret>;

}  // namespace esplanade::config::keying
