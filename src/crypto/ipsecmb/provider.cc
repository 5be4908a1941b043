#include "crypto/ipsecmb/provider.h"

#include "crypto/ipsecmb/gcm.h"
#include "crypto/openssl/provider.h"
#include "crypto/registry.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

namespace esplanade::crypto::ipsecmb {
namespace {

using core::Result;
using iana::EncryptionId;

class IpsecmbProvider final : public Provider {
 public:
  IpsecmbProvider(Manager manager, std::span<const EncryptionId> left_out)
      : manager_(std::move(manager)), name_(description_of(*manager_)) {
    const auto is_left_out = [&](EncryptionId id) {
      return std::ranges::find(left_out, id) != left_out.end();
    };
    std::ranges::remove_copy_if(algorithms(), std::back_inserter(own_), is_left_out);
  }

  [[nodiscard]] auto name() const noexcept -> std::string_view override { return name_; }
  [[nodiscard]] auto make_aead(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Aead>> override {
    const auto* const info = find_encryption(id);
    const bool is_own = std::ranges::find(own_, id) != own_.end();
    if (info == nullptr || !is_own) return openssl_.make_aead(id, key);
    const auto bits = std::ranges::find(info->key_bits, key.size() * 8);
    if (bits == info->key_bits.end()) return core::failure(core::Code::bad_key_length);
    return std::make_unique<Gcm>(GcmFunctions::of(*manager_, key.size()), key, info->icv_size);
  }
  [[nodiscard]] auto make_cipher(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Cipher>> override {
    return openssl_.make_cipher(id, key);
  }
  [[nodiscard]] auto make_integrity(iana::IntegrityId id, core::View key)
      -> Result<std::unique_ptr<Integrity>> override {
    return openssl_.make_integrity(id, key);
  }
  [[nodiscard]] auto make_prf(iana::PrfId id, core::View key)
      -> Result<std::unique_ptr<Prf>> override {
    return openssl_.make_prf(id, key);
  }
  [[nodiscard]] auto make_key_exchange(iana::KeyExchangeId id, core::Random& random)
      -> Result<std::unique_ptr<KeyExchange>> override {
    return openssl_.make_key_exchange(id, random);
  }

 private:
  Manager manager_;
  std::string name_;
  std::vector<EncryptionId> own_;
  Provider& openssl_ = openssl::provider();
};

}  // namespace

auto make_provider(std::span<const EncryptionId> left_out, Variant variant)
    -> std::unique_ptr<Provider> {
  auto manager = make_manager(variant);
  if (!manager) return nullptr;
  return std::make_unique<IpsecmbProvider>(std::move(manager), left_out);
}

auto algorithms() noexcept -> std::span<const EncryptionId> {
  using enum EncryptionId;
  static constexpr auto all =
      std::to_array<EncryptionId>({encr_aes_gcm_8, encr_aes_gcm_12, encr_aes_gcm_16,
                                   encr_aes_gcm_16_iiv, encr_null_auth_aes_gmac});
  return all;
}

}  // namespace esplanade::crypto::ipsecmb
