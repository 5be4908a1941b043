#include "crypto/openssl/provider.h"

#include "crypto/openssl/cbc.h"
#include "crypto/openssl/ccm.h"
#include "crypto/openssl/ctr.h"
#include "crypto/openssl/key_exchange_method.h"
#include "crypto/openssl/mac_integrity.h"
#include "crypto/openssl/mac_prf.h"
#include "crypto/openssl/macs.h"
#include "crypto/openssl/stream_aead.h"
#include "crypto/registry.h"

#include <string>
#include <vector>

namespace esplanade::crypto::openssl {
namespace {

using core::Code;
using core::failure;
using core::Result;
using iana::EncryptionId;
using iana::IntegrityId;

struct Fetched {
  EncryptionId id;
  std::size_t key_size;
  Handle<EVP_CIPHER> cipher;
};

auto is_ccm(EncryptionId id) noexcept -> bool {
  return (id >= EncryptionId::encr_aes_ccm_8 && id <= EncryptionId::encr_aes_ccm_16) ||
         id == EncryptionId::encr_aes_ccm_8_iiv;
}

auto is_chacha20(EncryptionId id) noexcept -> bool {
  return id == EncryptionId::encr_chacha20_poly1305 ||
         id == EncryptionId::encr_chacha20_poly1305_iiv;
}

auto openssl_name(EncryptionId id, std::uint16_t key_bits) -> std::string {
  const auto bits = std::to_string(key_bits);
  if (id == EncryptionId::encr_3des) return "DES-EDE3-CBC";
  if (is_chacha20(id)) return "ChaCha20-Poly1305";
  if (id == EncryptionId::encr_camellia_cbc) return "CAMELLIA-" + bits + "-CBC";
  if (id == EncryptionId::encr_aes_cbc) return "AES-" + bits + "-CBC";
  if (id == EncryptionId::encr_aes_ctr) return "AES-" + bits + "-CTR";
  return "AES-" + bits + (is_ccm(id) ? "-CCM" : "-GCM");
}

auto fetch(EncryptionId id, std::uint16_t key_bits) -> Fetched {
  Handle<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, openssl_name(id, key_bits).c_str(), nullptr));
  core::ensure(cipher != nullptr);
  return {.id = id, .key_size = key_bits / 8U, .cipher = std::move(cipher)};
}

auto make_method(const KeyExchangeInfo& info) -> std::unique_ptr<KeyExchangeMethod> {
  using iana::KeyExchangeId;
  if (info.id <= KeyExchangeId::modp_8192) return make_modp_method(info);
  if (info.id <= KeyExchangeId::brainpool_p512r1) return make_ec_method(info);
  return make_montgomery_method(info);
}

auto all_key_exchanges() -> std::vector<std::unique_ptr<KeyExchangeMethod>> {
  std::vector<std::unique_ptr<KeyExchangeMethod>> methods;
  for (const auto& info : key_exchange_methods()) methods.push_back(make_method(info));
  return methods;
}

// Fetching searches OpenSSL's providers under a lock, so it is done once, for every algorithm of
// the registry.
class OpensslProvider final : public Provider {
 public:
  OpensslProvider() {
    for (const auto& info : encryption_algorithms()) {
      for (const auto bits : info.key_bits) ciphers_.push_back(fetch(info.id, bits));
    }
  }

  [[nodiscard]] auto name() const noexcept -> std::string_view override { return "openssl"; }

  [[nodiscard]] auto make_aead(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Aead>> override {
    const auto* info = find_encryption(id);
    if (info == nullptr || !info->is_aead()) return failure(Code::unsupported);
    const auto& cipher = *TRY(find_cipher(id, key.size()));
    if (is_ccm(id)) return std::make_unique<Ccm>(cipher, key, info->icv_size);
    return std::make_unique<StreamAead>(cipher, key, info->icv_size);
  }

  [[nodiscard]] auto make_cipher(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Cipher>> override {
    const auto* info = find_encryption(id);
    if (info == nullptr || info->is_aead()) return failure(Code::unsupported);
    if (id == EncryptionId::encr_null) return make_null(key);
    if (id == EncryptionId::encr_aes_ctr) return make_ctr(key);
    return std::make_unique<Cbc>(*TRY(find_cipher(id, key.size())), key);
  }

  [[nodiscard]] auto make_integrity(IntegrityId id, core::View key)
      -> Result<std::unique_ptr<Integrity>> override {
    const auto* info = find_integrity(id);
    if (info == nullptr || info->is_gmac()) return failure(Code::unsupported);
    const bool fits = info->is_hmac() ? !key.empty() : key.size() == info->key_size;
    if (!fits) return failure(Code::bad_key_length);
    return std::make_unique<MacIntegrity>(macs_.make(id, key), info->icv_size);
  }

  [[nodiscard]] auto make_prf(iana::PrfId id, core::View key)
      -> Result<std::unique_ptr<Prf>> override {
    if (find_prf(id) == nullptr) return failure(Code::unsupported);
    return std::make_unique<MacPrf>(macs_.make(id, key));
  }

  [[nodiscard]] auto make_key_exchange(iana::KeyExchangeId id, core::Random& random)
      -> Result<std::unique_ptr<KeyExchange>> override {
    for (const auto& method : key_exchanges_) {
      if (method->info().id == id) return method->generate(random);
    }
    return failure(Code::unsupported);
  }

 private:
  [[nodiscard]] static auto make_null(core::View key) -> Result<std::unique_ptr<Cipher>> {
    if (!key.empty()) return failure(Code::bad_key_length);
    return std::make_unique<NullCipher>();
  }

  // No length of an AES key is that of another with a salt.
  [[nodiscard]] auto make_ctr(core::View key) const -> Result<std::unique_ptr<Cipher>> {
    const auto has_salt = key.size() % 8 == Ctr::salt_size;
    const auto size = key.size() - (has_salt ? Ctr::salt_size : 0);
    const auto* const cipher = TRY(find_cipher(EncryptionId::encr_aes_ctr, size));
    return std::make_unique<Ctr>(*cipher, key.first(size), key.subspan(size));
  }

  [[nodiscard]] auto find_cipher(EncryptionId id, std::size_t key_size) const noexcept
      -> Result<const EVP_CIPHER*> {
    for (const auto& fetched : ciphers_) {
      if (fetched.id == id && fetched.key_size == key_size) return fetched.cipher.get();
    }
    return failure(Code::bad_key_length);
  }

  std::vector<Fetched> ciphers_;
  Macs macs_;
  std::vector<std::unique_ptr<KeyExchangeMethod>> key_exchanges_ = all_key_exchanges();
};

}  // namespace

auto provider() -> Provider& {
  static OpensslProvider instance;
  return instance;
}

}  // namespace esplanade::crypto::openssl
