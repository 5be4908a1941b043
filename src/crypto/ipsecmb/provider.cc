#include "crypto/ipsecmb/provider.h"

#include "crypto/ipsecmb/gcm.h"
#include "crypto/ipsecmb/job_aead.h"
#include "crypto/ipsecmb/job_cbc.h"
#include "crypto/ipsecmb/job_hmac.h"
#include "crypto/openssl/provider.h"
#include "crypto/registry.h"

#include <algorithm>
#include <string>
#include <vector>

namespace esplanade::crypto::ipsecmb {
namespace {

using core::Result;
using iana::EncryptionId;

template <class Id>
auto has(const std::vector<Id>& all, Id id) -> bool {
  return std::ranges::find(all, id) != all.end();
}

auto is_ccm(EncryptionId id) -> bool {
  using enum EncryptionId;
  return id == encr_aes_ccm_8 || id == encr_aes_ccm_12 || id == encr_aes_ccm_16 ||
         id == encr_aes_ccm_8_iiv;
}

auto is_chacha20(EncryptionId id) -> bool {
  return id == EncryptionId::encr_chacha20_poly1305 ||
         id == EncryptionId::encr_chacha20_poly1305_iiv;
}

class IpsecmbProvider final : public Provider {
 public:
  IpsecmbProvider(Manager manager, Variant variant, Algorithms left_out)
      : manager_(std::move(manager)),
        variant_(variant),
        name_(description_of(*manager_)),
        left_out_(std::move(left_out)) {}

  [[nodiscard]] auto name() const noexcept -> std::string_view override { return name_; }
  [[nodiscard]] auto make_aead(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Aead>> override {
    const auto* const info = find_encryption(id);
    if (!is_own(id) || !info->is_aead() || (is_ccm(id) && key.size() == 24)) {
      return openssl_.make_aead(id, key);
    }
    if (!takes(*info, key.size())) return core::failure(core::Code::bad_key_length);
    if (is_ccm(id)) return std::make_unique<Ccm>(*manager_, variant_, key, info->icv_size);
    if (is_chacha20(id)) return std::make_unique<ChachaPoly>(variant_, key);
    return std::make_unique<Gcm>(GcmFunctions::of(*manager_, key.size()), key, info->icv_size);
  }
  [[nodiscard]] auto make_cipher(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Cipher>> override {
    if (!is_own(id) || id != EncryptionId::encr_aes_cbc) return openssl_.make_cipher(id, key);
    if (!takes(*find_encryption(id), key.size())) {
      return core::failure(core::Code::bad_key_length);
    }
    return std::make_unique<Cbc>(*manager_, variant_, key);
  }
  [[nodiscard]] auto make_integrity(iana::IntegrityId id, core::View key)
      -> Result<std::unique_ptr<Integrity>> override {
    auto openssl = openssl_.make_integrity(id, key);
    if (!openssl || !has(algorithms().integrity, id) || has(left_out_.integrity, id)) {
      return openssl;
    }
    auto whole = TRY(openssl_.make_integrity(id, key));
    auto own = Hmac::make(*manager_, variant_, id, key, std::move(whole));
    return own ? std::move(own) : std::move(openssl);
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
  [[nodiscard]] auto is_own(EncryptionId id) const -> bool {
    return has(algorithms().encryption, id) && !has(left_out_.encryption, id);
  }
  [[nodiscard]] static auto takes(const EncryptionInfo& info, std::size_t key_size) -> bool {
    return std::ranges::find(info.key_bits, key_size * 8) != info.key_bits.end();
  }

  Manager manager_;
  Variant variant_;
  std::string name_;
  Algorithms left_out_;
  Provider& openssl_ = openssl::provider();
};

}  // namespace

auto make_provider(const Algorithms& left_out, Variant variant) -> std::unique_ptr<Provider> {
  auto manager = make_manager(variant);
  if (!manager) return nullptr;
  return std::make_unique<IpsecmbProvider>(std::move(manager), variant, left_out);
}

auto algorithms() -> Algorithms {
  using enum EncryptionId;
  using enum iana::IntegrityId;
  return {.encryption = {encr_aes_gcm_8, encr_aes_gcm_12, encr_aes_gcm_16, encr_aes_gcm_16_iiv,
                         encr_null_auth_aes_gmac, encr_aes_ccm_8, encr_aes_ccm_12, encr_aes_ccm_16,
                         encr_aes_ccm_8_iiv, encr_chacha20_poly1305, encr_chacha20_poly1305_iiv,
                         encr_aes_cbc},
          .integrity = {auth_hmac_sha1_96, auth_hmac_sha2_256_128, auth_hmac_sha2_384_192,
                        auth_hmac_sha2_512_256}};
}

}  // namespace esplanade::crypto::ipsecmb
