// AES-CBC by jobs: a block of CBC has to wait for the one before, but not for other packets'
// blocks.
#pragma once

#include "crypto/cipher.h"
#include "crypto/ipsecmb/aes_key.h"

namespace esplanade::crypto::ipsecmb {

class Cbc final : public Cipher {
 public:
  Cbc(const IMB_MGR& manager, Variant variant, core::View key) noexcept
      : key_(manager, key), variant_(variant) {}
  void encrypt(std::span<const CipherJob> jobs) noexcept override;
  void decrypt(std::span<const CipherJob> jobs) noexcept override;

 private:
  void run(std::span<const CipherJob> jobs, IMB_CIPHER_DIRECTION direction) const noexcept;

  AesKey key_;
  Variant variant_;
};

}  // namespace esplanade::crypto::ipsecmb
