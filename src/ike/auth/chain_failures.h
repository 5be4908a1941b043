// Why a certificate is not believed, in words for the operator.
#pragma once

#include "ike/auth/check.h"

namespace esplanade::ike::auth {

[[nodiscard]] auto explain_chain(const crypto::ChainFailure& failure, const CheckInput& input)
    -> AuthFailure;
/// Of a certificate without a chain; `check` is not_yet_valid or expired.
[[nodiscard]] auto explain_dates(crypto::ChainCheck check, const crypto::Certificate& certificate,
                                 const CheckInput& input) -> AuthFailure;

}  // namespace esplanade::ike::auth
