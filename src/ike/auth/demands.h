// Are the certificates of a chain as strong as the connection asks for, with `auth = rsa-4096` or
// `ecdsa-384-sha384`?
#pragma once

#include "ike/auth/check.h"

namespace esplanade::ike::auth {

/// Leaf first; the last one is trusted for itself, so how it was signed does not count.
[[nodiscard]] auto check_demands(const CheckInput& input,
                                 std::span<const crypto::CertificatePtr> chain)
    -> std::expected<void, AuthFailure>;

/// The same for a key without a chain. `whose` begins the sentence: "the certificate CN=moon".
[[nodiscard]] auto check_demands(const CheckInput& input, const crypto::PublicKey& key,
                                 std::string_view whose) -> std::expected<void, AuthFailure>;

}  // namespace esplanade::ike::auth
