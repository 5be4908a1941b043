// AES-CCM with an 11-octet nonce (RFC 4309, RFC 5282), one packet after the other.
//
// A context for each direction, since OpenSSL decides with the key which one it serves.
#pragma once

#include "crypto/aead.h"
#include "crypto/openssl/handles.h"

namespace esplanade::crypto::openssl {

class Ccm final : public Aead {
 public:
  /// `key` has the length of `cipher`; `tag_size` is 8, 12 or 16.
  Ccm(const EVP_CIPHER& cipher, core::View key, std::size_t tag_size) noexcept;

  void seal(std::span<SealJob> jobs) noexcept override;
  void open(std::span<OpenJob> jobs) noexcept override;

 private:
  void seal_one(const SealJob& job) noexcept;
  [[nodiscard]] auto open_one(const OpenJob& job) noexcept -> bool;

  Handle<EVP_CIPHER_CTX> seal_;
  Handle<EVP_CIPHER_CTX> open_;
  std::size_t tag_size_;
};

}  // namespace esplanade::crypto::openssl
