// Keys of signatures over OpenSSL's EVP_PKEY.
//
// Errors: unsupported for a type or curve we have not.   Threads: read-only, shared.
#pragma once

#include "crypto/openssl/handles.h"
#include "crypto/signature.h"

namespace esplanade::crypto::openssl {

class EvpPublicKey final : public PublicKey {
 public:
  [[nodiscard]] static auto make(Handle<EVP_PKEY> key)
      -> core::Result<std::shared_ptr<const EvpPublicKey>>;

  EvpPublicKey(Handle<EVP_PKEY> key, KeyType type) noexcept : key_(std::move(key)), type_(type) {}

  [[nodiscard]] auto type() const noexcept -> KeyType override { return type_; }
  [[nodiscard]] auto bits() const noexcept -> unsigned override;
  [[nodiscard]] auto spki() const -> core::Bytes override;
  [[nodiscard]] auto verifies(const SignatureScheme& scheme, core::View message,
                              core::View signature) const -> bool override;

  [[nodiscard]] auto evp() const noexcept -> EVP_PKEY* { return key_.get(); }

 private:
  Handle<EVP_PKEY> key_;
  KeyType type_;
};

class EvpPrivateKey final : public PrivateKey {
 public:
  /// `key` holds the private part, which leaves it nowhere else.
  explicit EvpPrivateKey(std::shared_ptr<const EvpPublicKey> key) noexcept : key_(std::move(key)) {}

  [[nodiscard]] auto public_key() const -> const PublicKey& override { return *key_; }
  [[nodiscard]] auto sign(const SignatureScheme& scheme, core::View message) const
      -> core::Result<core::Bytes> override;

 private:
  std::shared_ptr<const EvpPublicKey> key_;
};

/// Errors: unsupported.
[[nodiscard]] auto key_type_of(const EVP_PKEY& key) -> core::Result<KeyType>;

/// Is `scheme` one that a key of this type can make and we take?
[[nodiscard]] auto fits(KeyType type, const SignatureScheme& scheme) noexcept -> bool;

}  // namespace esplanade::crypto::openssl
