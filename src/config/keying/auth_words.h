// The value of `auth`: how an end proves itself, in strongSwan's words.
//
//   psk   pubkey   pubkey-sha256-sha384   rsa-3072-sha256   rsa/pss-sha512   ecdsa-384-sha384
//   ed25519   ike:pubkey-sha384   rsa-4096-ike:rsa/pss-sha512
//
// A hash belongs to the kind of key before it. What stands before `ike:` is for the certificates,
// what stands behind it for the signature of IKE; without `ike:` all is for both. Bits are always
// about the keys in the certificates.
#pragma once

#include "config/check/values.h"

namespace esplanade::config::keying {

struct AuthWords {
  policy::AuthKind kind = policy::AuthKind::public_key;
  std::vector<crypto::SignatureScheme> schemes;  ///< the most wanted first; empty: any
  policy::ChainDemands chain;
};

[[nodiscard]] auto parse_auth(std::string_view text) -> check::Parsed<AuthWords>;

}  // namespace esplanade::config::keying
