#include "crypto/openssl/macs.h"

#include "core/secret.h"
#include "crypto/openssl/xcbc.h"

#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::View;
using iana::IntegrityId;
using iana::PrfId;

constexpr std::size_t aes_key_size = 16;

using AesKey = core::Secret<aes_key_size>;

constexpr std::array<std::byte, aes_key_size> zero_key{};

auto mac_as_key(Mac& mac, View long_key) -> AesKey {
  std::array<std::byte, aes_key_size> full;
  mac.compute({&long_key, 1}, full);
  AesKey key{full};
  core::wipe(full);
  return key;
}

auto padded(View short_key) -> AesKey {
  std::array<std::byte, aes_key_size> full{};
  core::copy(short_key, full);
  AesKey key{full};
  core::wipe(full);
  return key;
}

}  // namespace

Macs::Macs()
    : hmac_sha1_("SHA1"),
      hmac_sha2_256_("SHA2-256"),
      hmac_sha2_384_("SHA2-384"),
      hmac_sha2_512_("SHA2-512"),
      cmac_("AES-128-CBC"),
      aes_(EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr)) {
  core::ensure(aes_ != nullptr);
}

auto Macs::make(PrfId id, View key) const -> std::unique_ptr<Mac> {
  if (id == PrfId::prf_hmac_sha1) return hmac_sha1_.with_key(key);
  if (id == PrfId::prf_hmac_sha2_256) return hmac_sha2_256_.with_key(key);
  if (id == PrfId::prf_hmac_sha2_384) return hmac_sha2_384_.with_key(key);
  if (id == PrfId::prf_hmac_sha2_512) return hmac_sha2_512_.with_key(key);
  if (id == PrfId::prf_aes128_xcbc) return make_xcbc_prf(key);
  core::ensure(id == PrfId::prf_aes128_cmac);
  return make_cmac_prf(key);
}

auto Macs::make(IntegrityId id, View key) const -> std::unique_ptr<Mac> {
  if (id == IntegrityId::auth_hmac_sha1_96) return hmac_sha1_.with_key(key);
  if (id == IntegrityId::auth_hmac_sha2_256_128) return hmac_sha2_256_.with_key(key);
  if (id == IntegrityId::auth_hmac_sha2_384_192) return hmac_sha2_384_.with_key(key);
  if (id == IntegrityId::auth_hmac_sha2_512_256) return hmac_sha2_512_.with_key(key);
  if (id == IntegrityId::auth_aes_xcbc_96) return make_xcbc(key);
  core::ensure(id == IntegrityId::auth_aes_cmac_96);
  return cmac_.with_key(key);
}

auto Macs::make_xcbc(View key) const -> std::unique_ptr<Mac> {
  return std::make_unique<Xcbc>(*aes_, key);
}

// RFC 4434, 2: a short key gets zeroes behind it, a long one is shortened by the function itself.
auto Macs::make_xcbc_prf(View key) const -> std::unique_ptr<Mac> {
  if (key.size() <= aes_key_size) return make_xcbc(padded(key).reveal());
  return make_xcbc(mac_as_key(*make_xcbc(zero_key), key).reveal());
}

// RFC 4615, 3: every key of another length is put through the function.
auto Macs::make_cmac_prf(View key) const -> std::unique_ptr<Mac> {
  if (key.size() == aes_key_size) return cmac_.with_key(key);
  return cmac_.with_key(mac_as_key(*cmac_.with_key(zero_key), key).reveal());
}

}  // namespace esplanade::crypto::openssl
