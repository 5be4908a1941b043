// HMAC-SHA-256 truncated to 16 octets (RFC 4868, 2.3 and 2.6), one packet after the other.
//
// Allocates: OpenSSL 3.0 does, twice a packet, unless recycle_allocations() (provider.h) came
// first.
#pragma once

#include "crypto/integrity.h"
#include "crypto/openssl/handles.h"

#include <array>

namespace esplanade::crypto::openssl {

class Hmac final : public Integrity {
 public:
  Hmac(EVP_MAC& mac, core::View key) noexcept;

  void sign(std::span<const SignJob> jobs) noexcept override;
  void verify(std::span<VerifyJob> jobs) noexcept override;

 private:
  using Full = std::array<std::byte, 32>;

  void compute(core::View data, core::View suffix, Full& mac) noexcept;

  Handle<EVP_MAC_CTX> ctx_;
};

}  // namespace esplanade::crypto::openssl
