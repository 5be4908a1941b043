// What the AUTH payloads cover, and AUTH by pre-shared key (RFC 7296, 2.15).
#pragma once

#include "ike/keys/suite.h"

namespace esplanade::ike::keys {

struct SignedOctetsInput {
  core::View real_message;  ///< the last IKE_SA_INIT message of the signer, without marker
  core::View nonce;         ///< the other end's
  core::View sk_p;          ///< the signer's
  core::View id_body;       ///< wire::id_body() of the signer's
};

/// RealMessage | Nonce | prf(SK_p, ID body).
[[nodiscard]] auto signed_octets(crypto::Provider& provider, iana::PrfId prf,
                                 const SignedOctetsInput& input) -> core::Bytes;

/// prf(prf(secret, "Key Pad for IKEv2"), octets).
[[nodiscard]] auto psk_auth(crypto::Provider& provider, iana::PrfId prf, core::View secret,
                            core::View octets) -> crypto::PrfOutput;

}  // namespace esplanade::ike::keys
