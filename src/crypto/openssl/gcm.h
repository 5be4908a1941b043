// AES-GCM with a 12-octet nonce and a 16-octet tag (RFC 4106), one packet after the other.
//
// One context serves both directions, since GCM runs AES forwards in both; a packet only gives it
// a new nonce.
#pragma once

#include "crypto/aead.h"
#include "crypto/openssl/handles.h"

namespace esplanade::crypto::openssl {

class Gcm final : public Aead {
 public:
  /// `key` has the length of `cipher`.
  Gcm(const EVP_CIPHER& cipher, core::View key) noexcept;

  void seal(std::span<SealJob> jobs) noexcept override;
  void open(std::span<OpenJob> jobs) noexcept override;

 private:
  void seal_one(const SealJob& job) noexcept;
  [[nodiscard]] auto open_one(const OpenJob& job) noexcept -> bool;

  Handle<EVP_CIPHER_CTX> ctx_;
};

}  // namespace esplanade::crypto::openssl
