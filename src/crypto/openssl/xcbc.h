// AES-XCBC-MAC with a 128-bit key (RFC 3566), which OpenSSL has not.
//
// Threads: one owner.   Allocates: never after construction.
#pragma once

#include "crypto/openssl/mac.h"

#include <array>

namespace esplanade::crypto::openssl {

class Xcbc final : public Mac {
 public:
  static constexpr std::size_t block_size = 16;
  using Block = std::array<std::byte, block_size>;

  /// `cipher` is AES-128-CBC, `key` has 16 octets.
  Xcbc(const EVP_CIPHER& cipher, core::View key) noexcept;
  Xcbc(const Xcbc&) = delete;
  auto operator=(const Xcbc&) -> Xcbc& = delete;
  ~Xcbc() override;

  [[nodiscard]] auto size() const noexcept -> std::size_t override { return block_size; }
  void compute(std::span<const core::View> parts, core::MutableView out) noexcept override;

 private:
  void absorb(core::View part) noexcept;
  /// Chains whole blocks; what they encrypt to is only kept inside the context.
  void chain(core::View blocks) noexcept;
  void finish(core::MutableView out) noexcept;

  Handle<EVP_CIPHER_CTX> ctx_;
  Block k2_{};
  Block k3_{};
  Block held_{};  ///< back, for the last block is treated apart
  std::size_t held_size_ = 0;
};

}  // namespace esplanade::crypto::openssl
