// Keyed MACs at full length, of which pseudorandom functions and integrity algorithms are made:
// HMAC (RFC 2104) over OpenSSL's digests, and AES-CMAC (RFC 4493) as OpenSSL has it; AES-XCBC-MAC
// is in xcbc.h.
//
// Threads: one owner.
// Allocates: HMAC does, twice a computation, unless recycle_allocations() (provider.h) came first.
#pragma once

#include "crypto/openssl/handles.h"

#include <span>

namespace esplanade::crypto::openssl {

/// Longest: HMAC-SHA2-512.
inline constexpr std::size_t mac_size_max = 64;

class Mac {
 public:
  Mac() = default;
  Mac(const Mac&) = delete;
  auto operator=(const Mac&) -> Mac& = delete;
  virtual ~Mac() = default;

  [[nodiscard]] virtual auto size() const noexcept -> std::size_t = 0;
  /// Of all parts, one behind the other; `out` has size() octets.
  virtual void compute(std::span<const core::View> parts, core::MutableView out) noexcept = 0;
};

/// A MAC algorithm with its digest or cipher found, ready to be given keys. Finding them takes
/// OpenSSL several lookups under locks, so it is done once for all.
class HmacTemplate {
 public:
  explicit HmacTemplate(const char* digest) noexcept;

  /// `key` of any length.
  [[nodiscard]] auto with_key(core::View key) const -> std::unique_ptr<Mac>;

 private:
  Handle<EVP_MD> digest_;
};

class CmacTemplate {
 public:
  explicit CmacTemplate(const char* cipher) noexcept;

  [[nodiscard]] auto with_key(core::View key) const -> std::unique_ptr<Mac>;

 private:
  Handle<EVP_MAC_CTX> ctx_;
};

}  // namespace esplanade::crypto::openssl
