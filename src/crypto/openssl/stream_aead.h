// AES-GCM (RFC 4106), AES-GMAC (RFC 4543) and ChaCha20-Poly1305 (RFC 7634), all with a 12-octet
// nonce, one packet after the other.
//
// One context serves both directions, since both ciphers make the same key stream for both; a
// packet only gives it a new nonce.
#pragma once

#include "crypto/aead.h"
#include "crypto/openssl/handles.h"

namespace esplanade::crypto::openssl {

class StreamAead final : public Aead {
 public:
  /// `key` has the length of `cipher`; `tag_size` is 8, 12 or 16.
  StreamAead(const EVP_CIPHER& cipher, core::View key, std::size_t tag_size) noexcept;

  void seal(std::span<SealJob> jobs) noexcept override;
  void open(std::span<OpenJob> jobs) noexcept override;

 private:
  void seal_one(const SealJob& job) noexcept;
  [[nodiscard]] auto open_one(const OpenJob& job) noexcept -> bool;

  Handle<EVP_CIPHER_CTX> ctx_;
  std::size_t tag_size_;
};

}  // namespace esplanade::crypto::openssl
