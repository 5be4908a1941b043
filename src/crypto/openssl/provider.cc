#include "crypto/openssl/provider.h"

#include "crypto/openssl/cbc.h"
#include "crypto/openssl/gcm.h"
#include "crypto/openssl/hmac.h"
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

auto mode_of(EncryptionId id) noexcept -> std::string_view {
  switch (id) {
    case EncryptionId::encr_aes_cbc:    return "CBC";
    case EncryptionId::encr_aes_gcm_16: return "GCM";
    case EncryptionId::encr_null:       break;
  }
  core::bug();
}

auto fetch(EncryptionId id, std::uint16_t key_bits) -> Fetched {
  const auto name = "AES-" + std::to_string(key_bits) + "-" + std::string(mode_of(id));
  Handle<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
  core::ensure(cipher != nullptr);
  return {.id = id, .key_size = key_bits / 8U, .cipher = std::move(cipher)};
}

// Fetching searches OpenSSL's providers under a lock, so it is done once, for every algorithm of
// the registry.
class OpensslProvider final : public Provider {
 public:
  OpensslProvider() : hmac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)) {
    core::ensure(hmac_ != nullptr);
    for (const auto& info : encryption_algorithms()) {
      for (const auto bits : info.key_bits) ciphers_.push_back(fetch(info.id, bits));
    }
  }

  [[nodiscard]] auto name() const noexcept -> std::string_view override { return "openssl"; }

  [[nodiscard]] auto make_aead(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Aead>> override {
    const auto* info = find_encryption(id);
    if (info == nullptr || !info->is_aead()) return failure(Code::unsupported);
    return std::make_unique<Gcm>(*TRY(find_cipher(id, key.size())), key);
  }

  [[nodiscard]] auto make_cipher(EncryptionId id, core::View key)
      -> Result<std::unique_ptr<Cipher>> override {
    const auto* info = find_encryption(id);
    if (info == nullptr || info->is_aead()) return failure(Code::unsupported);
    return std::make_unique<Cbc>(*TRY(find_cipher(id, key.size())), key);
  }

  [[nodiscard]] auto make_integrity(IntegrityId id, core::View key)
      -> Result<std::unique_ptr<Integrity>> override {
    const auto* info = find_integrity(id);
    if (info == nullptr) return failure(Code::unsupported);
    if (key.size() != info->key_size) return failure(Code::bad_key_length);
    return std::make_unique<Hmac>(*hmac_, key);
  }

 private:
  [[nodiscard]] auto find_cipher(EncryptionId id, std::size_t key_size) const noexcept
      -> Result<const EVP_CIPHER*> {
    for (const auto& fetched : ciphers_) {
      if (fetched.id == id && fetched.key_size == key_size) return fetched.cipher.get();
    }
    return failure(Code::bad_key_length);
  }

  std::vector<Fetched> ciphers_;
  Handle<EVP_MAC> hmac_;
};

}  // namespace

auto provider() -> Provider& {
  static OpensslProvider instance;
  return instance;
}

}  // namespace esplanade::crypto::openssl
