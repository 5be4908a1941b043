// An AES key expanded for both directions, wiped when it ends.
#pragma once

#include "core/secret.h"
#include "crypto/ipsecmb/manager.h"

#include <array>

namespace esplanade::crypto::ipsecmb {

class AesKey {
 public:
  /// `key` of 16, 24 or 32 octets.
  AesKey(const IMB_MGR& manager, core::View key) noexcept : size_(key.size()) {
    const auto expand = size_ == 16   ? manager.keyexp_128
                        : size_ == 24 ? manager.keyexp_192
                                      : manager.keyexp_256;
    expand(key.data(), encrypt_.data(), decrypt_.data());
  }
  AesKey(const AesKey&) = delete;
  auto operator=(const AesKey&) -> AesKey& = delete;
  ~AesKey() {
    core::wipe(encrypt_);
    core::wipe(decrypt_);
  }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] auto encrypt() const noexcept -> const void* { return encrypt_.data(); }
  [[nodiscard]] auto decrypt() const noexcept -> const void* { return decrypt_.data(); }

 private:
  static constexpr std::size_t rounds = 15, block = 16;
  using Schedule = std::array<std::byte, rounds * block>;
  alignas(64) Schedule encrypt_{};
  alignas(64) Schedule decrypt_{};
  std::size_t size_;
};

}  // namespace esplanade::crypto::ipsecmb
