// Which key of ours proves our identity, and the certificates that go with it.
#pragma once

#include "ike/auth/prove.h"

namespace esplanade::ike::auth {

struct OwnProof {
  const policy::OwnKey* key = nullptr;
  crypto::CertificatePtr certificate;  ///< none for a raw public key
};

/// The first key that goes with a certificate or a public key the configuration names; with a
/// certificate under an authority the peer asked for where there is one. Where it names none, any
/// certificate of ours that bears the identity.
[[nodiscard]] auto choose_own(const ProveInput& input) -> std::expected<OwnProof, ProveFailure>;

/// What to send: the leaf, then those above it as far as the peer cannot have them itself
/// (IKE2-3.6-03); for a raw key the key (RFC 7670). Nothing where the connection says so.
[[nodiscard]] auto certificates_to_send(const ProveInput& input, const OwnProof& own)
    -> std::vector<wire::CertPayload>;

}  // namespace esplanade::ike::auth
