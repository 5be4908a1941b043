// Our half of authentication: which certificates to send, and AUTH over the signed octets
// (RFC 7296, 2.15 and 3.8; RFC 7427).
//
// Errors: a sentence for the operator in ProveFailure.   CPU only: a signature may take long.
#pragma once

#include "crypto/provider.h"
#include "ike/wire/payloads.h"
#include "policy/connection.h"
#include "policy/credentials.h"

#include <expected>

namespace esplanade::ike::auth {

/// What the peer told about what it can check.
struct PeerHints {
  std::vector<iana::HashId> hashes;  ///< SIGNATURE_HASH_ALGORITHMS; empty: methods 1, 9 to 11 only
  core::Bytes authorities;           ///< CERTREQ: SHA-1 of public keys, 20 octets each
  bool asked_for_certificates = false;
};

struct ProveInput {
  const policy::Authentication& local;
  const policy::Connection& connection;
  const policy::Credentials& credentials;
  const policy::Identity& ours;
  const policy::Identity& theirs;  ///< as far as known: a secret is looked up by both
  const PeerHints& hints;
};

/// Chosen before AUTH is made, since certificates and identity stand in the octets and before it.
struct Proof {
  wire::AuthPayload auth;
  std::vector<wire::CertPayload> certificates;  ///< leaf first; none for a secret
  std::optional<core::WallTime> valid_until;    ///< of the leaf; absent without one
};

struct ProveFailure {
  std::string why;
  std::string hint;
  policy::Line line;
};

/// `octets` are keys::signed_octets() of ours.
[[nodiscard]] auto prove(const ProveInput& input, crypto::Provider& provider, iana::PrfId prf,
                         core::View octets) -> std::expected<Proof, ProveFailure>;

/// The identity we send: of the configuration, else the certificate's subject, else `address`.
[[nodiscard]] auto own_identity(const policy::Authentication& local, const net::Address& address)
    -> policy::Identity;

}  // namespace esplanade::ike::auth
