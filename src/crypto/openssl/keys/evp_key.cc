#include "crypto/openssl/keys/evp_key.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::Code;
using core::ensure;
using core::failure;
using core::MutableView;
using core::Result;
using core::View;
using iana::HashId;

struct Curve {
  std::string_view name;
  KeyType type;
};

constexpr auto curves = std::to_array<Curve>({
    {"prime256v1", KeyType::ecdsa_p256},
    {"secp384r1", KeyType::ecdsa_p384},
    {"secp521r1", KeyType::ecdsa_p521},
});

auto type_of_curve(const EVP_PKEY& key) -> Result<KeyType> {
  std::array<char, 32> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(&key, name.data(), name.size(), &size) == 1) {
    for (const auto& curve : curves) {
      if (curve.name == std::string_view(name.data(), size)) return curve.type;
    }
  }
  ERR_clear_error();
  return failure(Code::unsupported);
}

auto digest_name(HashId hash) noexcept -> const char* {
  switch (hash) {
    case HashId::sha1:     return "SHA1";
    case HashId::sha2_256: return "SHA2-256";
    case HashId::sha2_384: return "SHA2-384";
    case HashId::sha2_512: return "SHA2-512";
    case HashId::identity: return nullptr;  // EdDSA hashes for itself
  }
  core::bug();
}

// RFC 8247, 3.2: the salt is as long as the hash.
auto set_padding(EVP_PKEY_CTX* ctx, SignatureKind kind) noexcept -> bool {
  if (kind != SignatureKind::rsa_pss) return true;
  return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

auto key_type_of(const EVP_PKEY& key) -> Result<KeyType> {
  if (EVP_PKEY_is_a(&key, "RSA") == 1) return KeyType::rsa;
  if (EVP_PKEY_is_a(&key, "ED25519") == 1) return KeyType::ed25519;
  if (EVP_PKEY_is_a(&key, "ED448") == 1) return KeyType::ed448;
  if (EVP_PKEY_is_a(&key, "EC") == 1) return type_of_curve(key);
  return failure(Code::unsupported);
}

auto fits(KeyType type, const SignatureScheme& scheme) noexcept -> bool {
  const auto is_sha2 = scheme.hash >= HashId::sha2_256 && scheme.hash <= HashId::sha2_512;
  switch (scheme.kind) {
    // SHA-1 only here, for authentication method 1, which knows nothing else (RFC 7296, 2.15).
    case SignatureKind::rsa_pkcs1:
      return type == KeyType::rsa && (is_sha2 || scheme.hash == HashId::sha1);
    case SignatureKind::rsa_pss: return type == KeyType::rsa && is_sha2;
    case SignatureKind::ecdsa:
      return type >= KeyType::ecdsa_p256 && type <= KeyType::ecdsa_p521 && is_sha2;
    case SignatureKind::eddsa: return type >= KeyType::ed25519 && scheme.hash == HashId::identity;
  }
  core::bug();
}

auto EvpPublicKey::make(Handle<EVP_PKEY> key) -> Result<std::shared_ptr<const EvpPublicKey>> {
  const auto type = TRY(key_type_of(*key));
  return std::make_shared<const EvpPublicKey>(std::move(key), type);
}

auto EvpPublicKey::bits() const noexcept -> unsigned {
  return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get()));
}

auto EvpPublicKey::spki() const -> Bytes {
  const auto size = i2d_PUBKEY(key_.get(), nullptr);
  ensure(size > 0);
  Bytes der(static_cast<std::size_t>(size));
  auto* to = octets(MutableView(der));
  ensure(i2d_PUBKEY(key_.get(), &to) == size);
  return der;
}

auto EvpPublicKey::verifies(const SignatureScheme& scheme, View message, View signature) const
    -> bool {
  if (!fits(type_, scheme)) return false;
  const Handle<EVP_MD_CTX> ctx(EVP_MD_CTX_new());
  EVP_PKEY_CTX* of_key = nullptr;
  ensure(EVP_DigestVerifyInit_ex(ctx.get(), &of_key, digest_name(scheme.hash), nullptr, nullptr,
                                 key_.get(), nullptr) == 1);
  const auto is_right = set_padding(of_key, scheme.kind) &&
                        EVP_DigestVerify(ctx.get(), octets(signature), signature.size(),
                                         octets(message), message.size()) == 1;
  ERR_clear_error();
  return is_right;
}

// A key too small for hash and salt cannot sign by the scheme.
auto EvpPrivateKey::sign(const SignatureScheme& scheme, View message) const -> Result<Bytes> {
  if (!fits(key_->type(), scheme)) return failure(Code::unsupported);
  const Handle<EVP_MD_CTX> ctx(EVP_MD_CTX_new());
  EVP_PKEY_CTX* of_key = nullptr;
  ensure(EVP_DigestSignInit_ex(ctx.get(), &of_key, digest_name(scheme.hash), nullptr, nullptr,
                               key_->evp(), nullptr) == 1);
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_->evp())));
  std::size_t size = signature.size();
  const auto is_signed = set_padding(of_key, scheme.kind) &&
                         EVP_DigestSign(ctx.get(), octets(MutableView(signature)), &size,
                                        octets(message), message.size()) == 1;
  if (!is_signed) {
    ERR_clear_error();
    return failure(Code::unsupported);
  }
  signature.resize(size);
  return signature;
}

}  // namespace esplanade::crypto::openssl
