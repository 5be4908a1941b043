// AES-CTR (RFC 3686), one packet after the other.
//
//   | salt: 4 | IV: 8 | block counter: 4, from 1 |
//
// The salt stands behind the key or in front of each IV.
#pragma once

#include "core/secret.h"
#include "crypto/cipher.h"
#include "crypto/openssl/handles.h"

namespace esplanade::crypto::openssl {

class Ctr final : public Cipher {
 public:
  static constexpr std::size_t salt_size = 4;

  /// `key` has the length of `cipher`; `salt` is empty if the IVs bring it.
  Ctr(const EVP_CIPHER& cipher, core::View key, core::View salt) noexcept;

  void encrypt(std::span<const CipherJob> jobs) noexcept override;
  /// The same octets are added again.
  void decrypt(std::span<const CipherJob> jobs) noexcept override { encrypt(jobs); }

 private:
  Handle<EVP_CIPHER_CTX> ctx_;
  core::Secret<salt_size> salt_;
};

}  // namespace esplanade::crypto::openssl
