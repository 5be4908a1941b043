// AES-CCM and ChaCha20-Poly1305 by jobs, a batch at once.
#pragma once

#include "crypto/aead.h"
#include "crypto/ipsecmb/aes_key.h"

namespace esplanade::crypto::ipsecmb {

/// RFC 4309. The library has keys of 128 and 256 bits.
class Ccm final : public Aead {
 public:
  Ccm(const IMB_MGR& manager, Variant variant, core::View key, std::size_t tag_size) noexcept
      : key_(manager, key), variant_(variant), tag_size_(tag_size) {}
  void seal(std::span<SealJob> jobs) noexcept override;
  void open(std::span<OpenJob> jobs) noexcept override;

 private:
  void fill(IMB_JOB& job, const auto& packet) const noexcept;

  AesKey key_;
  Variant variant_;
  std::size_t tag_size_;
};

/// RFC 7634.
class ChachaPoly final : public Aead {
 public:
  ChachaPoly(Variant variant, core::View key) noexcept : key_(key), variant_(variant) {}
  void seal(std::span<SealJob> jobs) noexcept override;
  void open(std::span<OpenJob> jobs) noexcept override;

 private:
  void fill(IMB_JOB& job, const auto& packet) const noexcept;

  core::Secret<32> key_;
  Variant variant_;
};

}  // namespace esplanade::crypto::ipsecmb
