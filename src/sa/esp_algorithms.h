// Which algorithms an SA of ESP or AH uses, and the keys they take (RFC 4301, 4.4.2.1).
#pragma once

#include "core/secret.h"
#include "iana/ikev2_transforms.h"

namespace esplanade::sa {

/// Encryption with its key length, and integrity unless the encryption brings its own. Of AH:
/// integrity beside ENCR_NULL.
struct EspAlgorithms {
  iana::EncryptionId encryption{};
  std::uint16_t key_bits = 0;
  iana::IntegrityId integrity = iana::IntegrityId::none;
  auto operator==(const EspAlgorithms&) const -> bool = default;
};

/// Longest: AES-256 and its 4 octets of salt; HMAC-SHA-512.
using EncryptionKey = core::Secret<36>;
using IntegrityKey = core::Secret<64>;

struct EspKeys {
  EncryptionKey encryption;  ///< key, then salt where the algorithm has one (RFC 4106, 8.1)
  IntegrityKey integrity;    ///< the same; empty for an AEAD

  [[nodiscard]] auto clone() const noexcept -> EspKeys {
    return {encryption.clone(), integrity.clone()};
  }
};

}  // namespace esplanade::sa
