// A library that does the cryptography: makes keyed objects for the algorithms it has.
//
//   auto& provider = crypto::openssl::provider();
//   auto aead = TRY(provider.make_aead(EncryptionId::encr_aes_gcm_16, key));
//
// Errors: unsupported (an algorithm this provider lacks, or one of the other kind),
// bad_key_length.  Threads: a provider is shared; what it makes belongs to one thread.
#pragma once

#include "core/result.h"
#include "crypto/aead.h"
#include "crypto/cipher.h"
#include "crypto/integrity.h"
#include "crypto/key_exchange.h"
#include "crypto/prf.h"
#include "iana/ikev2_transforms.h"

#include <memory>
#include <string_view>

namespace esplanade::crypto {

class Provider {
 public:
  Provider() = default;
  Provider(const Provider&) = delete;
  auto operator=(const Provider&) -> Provider& = delete;
  virtual ~Provider() = default;

  [[nodiscard]] virtual auto name() const noexcept -> std::string_view = 0;
  /// `key` without salt. AES-GMAC is made here, for AH too (as ENCR_NULL_AUTH_AES_GMAC).
  [[nodiscard]] virtual auto make_aead(iana::EncryptionId id, core::View key)
      -> core::Result<std::unique_ptr<Aead>> = 0;
  /// `key` with its salt behind it, where there is one (AES-CTR, RFC 3686); or without, and then
  /// each job's IV begins with the salt.
  [[nodiscard]] virtual auto make_cipher(iana::EncryptionId id, core::View key)
      -> core::Result<std::unique_ptr<Cipher>> = 0;
  [[nodiscard]] virtual auto make_integrity(iana::IntegrityId id, core::View key)
      -> core::Result<std::unique_ptr<Integrity>> = 0;
  /// `key` of any length. Errors: unsupported.
  [[nodiscard]] virtual auto make_prf(iana::PrfId id, core::View key)
      -> core::Result<std::unique_ptr<Prf>> = 0;
  /// A fresh private value out of `random`.
  [[nodiscard]] virtual auto make_key_exchange(iana::KeyExchangeId id, core::Random& random)
      -> core::Result<std::unique_ptr<KeyExchange>> = 0;
};

}  // namespace esplanade::crypto
