// The keyed cryptography of one ESP SA: an AEAD, or a cipher followed by integrity.
//
//   auto suite = TRY(EspSuite::make(parameters.algorithms, parameters.keys, provider));
//
// Errors: unsupported (not provided, encryption without integrity, or an AEAD with integrity
// beside it: RFC 4301, 4.2; RFC 4303, 3.2.3), bad_key_length.  Threads: belongs to one worker.
#pragma once

#include "core/secret.h"
#include "crypto/provider.h"
#include "sa/esp_algorithms.h"

#include <variant>

namespace esplanade::ipsec {

/// What the algorithms add to a packet, in octets.
struct EspSizes {
  std::uint8_t iv = 0;
  std::uint8_t align = 4;  ///< payload, padding and trailer together: a multiple of this
  std::uint8_t icv = 0;
};

struct AeadSuite {
  std::unique_ptr<crypto::Aead> aead;
  core::Secret<4> salt;
};

struct EncryptThenMacSuite {
  std::unique_ptr<crypto::Cipher> cipher;
  std::unique_ptr<crypto::Integrity> integrity;
};

struct EspSuite {
  EspSizes sizes;
  std::variant<AeadSuite, EncryptThenMacSuite> keyed;

  [[nodiscard]] static auto make(const sa::EspAlgorithms& algorithms, const sa::EspKeys& keys,
                                 crypto::Provider& provider) -> core::Result<EspSuite>;
};

}  // namespace esplanade::ipsec
