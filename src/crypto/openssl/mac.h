// Keyed MACs at full length, of which pseudorandom functions and integrity algorithms are made:
// HMAC (RFC 2104) and AES-CMAC (RFC 4493) as OpenSSL has them; AES-XCBC-MAC is in xcbc.h.
//
// Threads: one owner.
// Allocates: HMAC of OpenSSL 3.0 does, twice a computation, unless recycle_allocations()
// (provider.h) came first.
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
class MacTemplate {
 public:
  /// `parameter` is "digest" or "cipher".
  MacTemplate(const char* mac, const char* parameter, const char* value) noexcept;

  [[nodiscard]] auto with_key(core::View key) const -> std::unique_ptr<Mac>;

 private:
  Handle<EVP_MAC_CTX> ctx_;
};

}  // namespace esplanade::crypto::openssl
