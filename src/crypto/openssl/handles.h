// OpenSSL's objects as owning pointers, and octets in the form its functions take.
#pragma once

#include "core/bytes.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <climits>
#include <memory>

namespace esplanade::crypto::openssl {

struct Free {
  void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* ctx) const noexcept { EVP_CIPHER_CTX_free(ctx); }
  void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* ctx) const noexcept { EVP_MAC_CTX_free(ctx); }
  void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* ctx) const noexcept { EVP_MD_CTX_free(ctx); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* ctx) const noexcept { EVP_PKEY_CTX_free(ctx); }
  void operator()(BIGNUM* number) const noexcept { BN_clear_free(number); }
  void operator()(BN_CTX* ctx) const noexcept { BN_CTX_free(ctx); }
  void operator()(BN_MONT_CTX* ctx) const noexcept { BN_MONT_CTX_free(ctx); }
  void operator()(EC_GROUP* group) const noexcept { EC_GROUP_free(group); }
  void operator()(EC_POINT* point) const noexcept { EC_POINT_clear_free(point); }
};

template <class T>
using Handle = std::unique_ptr<T, Free>;

[[nodiscard]] inline auto octets(core::View bytes) noexcept -> const unsigned char* {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

[[nodiscard]] inline auto octets(core::MutableView bytes) noexcept -> unsigned char* {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

[[nodiscard]] inline auto int_size(core::View bytes) noexcept -> int {
  core::ensure(bytes.size() <= INT_MAX);
  return static_cast<int>(bytes.size());
}

}  // namespace esplanade::crypto::openssl
