// Which public key stands for a peer, and why we believe it: a certificate under an authority, or
// one the configuration names (RFC 4301, 4.4.3; RFC 4945, 3; RFC 7670).
#pragma once

#include "ike/auth/check.h"

namespace esplanade::ike::auth {

struct TrustedKey {
  /// Of `certificate` or of the configuration, which outlive the check.
  const crypto::PublicKey* key = nullptr;
  crypto::CertificatePtr certificate;  ///< none for a raw key
  std::optional<core::WallTime> valid_until;
  Fetchable fetch;
};

/// One that is trusted and belongs to `input.theirs`. More than one only where the peer sent none
/// and the configuration names several.
[[nodiscard]] auto find_trusted_keys(const CheckInput& input)
    -> std::expected<std::vector<TrustedKey>, AuthFailure>;

}  // namespace esplanade::ike::auth
