// The value of `auth`: how an end proves itself, in strongSwan's words.
//
//   psk   pubkey   pubkey-sha256-sha384   rsa-2048-sha256   rsa/pss-sha512   ecdsa-sha384
//   ed25519   ike:pubkey-sha384
#pragma once

#include "config/check/values.h"

namespace esplanade::config::keying {

struct AuthWords {
  policy::AuthKind kind = policy::AuthKind::public_key;
  std::vector<crypto::SignatureScheme> schemes;  ///< the most wanted first; empty: any
};

[[nodiscard]] auto parse_auth(std::string_view text) -> check::Parsed<AuthWords>;

}  // namespace esplanade::config::keying
