// CBC without padding of its own, one packet after the other: AES (RFC 3602), Camellia (RFC 5529)
// and Triple-DES (RFC 2451).
//
// A context for each direction, since the ciphers run backwards with another key schedule.
#pragma once

#include "crypto/cipher.h"
#include "crypto/openssl/handles.h"

namespace esplanade::crypto::openssl {

class Cbc final : public Cipher {
 public:
  /// `key` has the length of `cipher`.
  Cbc(const EVP_CIPHER& cipher, core::View key) noexcept;

  void encrypt(std::span<const CipherJob> jobs) noexcept override;
  void decrypt(std::span<const CipherJob> jobs) noexcept override;

 private:
  Handle<EVP_CIPHER_CTX> encrypt_;
  Handle<EVP_CIPHER_CTX> decrypt_;
  std::size_t block_size_;
};

}  // namespace esplanade::crypto::openssl
