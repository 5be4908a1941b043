// Whether a certificate is revoked, by the CRLs and OCSP responses at hand (RFC 5280, 6.3; RFC
// 6960, 3.2). What is not signed by the right one, or not about this certificate, is as if it were
// not there.
#pragma once

#include "crypto/certificate.h"

namespace esplanade::crypto::openssl {

enum class RevocationStatus : std::uint8_t {
  good,
  revoked,
  stale,    ///< all that is known is beyond its next update
  unknown,  ///< nothing is known
};

/// `issuer` stands above `certificate` in a chain that has been verified.
[[nodiscard]] auto revocation_status(const Certificate& certificate, const Certificate& issuer,
                                     const ChainRequest& request) -> RevocationStatus;

/// The parts of it.
[[nodiscard]] auto crl_status(const Certificate& certificate, const Certificate& issuer,
                              const ChainRequest& request) -> RevocationStatus;
[[nodiscard]] auto ocsp_status(const Certificate& certificate, const Certificate& issuer,
                               const ChainRequest& request) -> RevocationStatus;

/// What two sources say together: revoked by one is revoked, good by one is good.
[[nodiscard]] constexpr auto combined(RevocationStatus a, RevocationStatus b) noexcept
    -> RevocationStatus {
  using enum RevocationStatus;
  if (a == revoked || b == revoked) return revoked;
  if (a == good || b == good) return good;
  return a == stale || b == stale ? stale : unknown;
}

}  // namespace esplanade::crypto::openssl
