// A MAC, cut to the length of an ICV, as integrity algorithm, one packet after the other (RFC 2404,
// RFC 4868, RFC 3566, RFC 4494).
#pragma once

#include "crypto/integrity.h"
#include "crypto/openssl/mac.h"

namespace esplanade::crypto::openssl {

class MacIntegrity final : public Integrity {
 public:
  MacIntegrity(std::unique_ptr<Mac> mac, std::size_t icv_size) noexcept;

  void sign(std::span<const SignJob> jobs) noexcept override;
  void verify(std::span<VerifyJob> jobs) noexcept override;

 private:
  std::unique_ptr<Mac> mac_;
  std::size_t icv_size_;
};

}  // namespace esplanade::crypto::openssl
