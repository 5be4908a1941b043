// The peer's half of authentication: is AUTH right, is the key one we trust, and does it belong to
// the identity (RFC 7296, 2.15; RFC 4945, 3; RFC 4301, 4.4.3)?
//
// What failed is for the operator alone; the peer hears AUTHENTICATION_FAILED (2.21.2).
#pragma once

#include "crypto/provider.h"
#include "ike/wire/payloads.h"
#include "policy/connection.h"
#include "policy/credentials.h"

#include <expected>

namespace esplanade::ike::auth {

struct CheckInput {
  const policy::Authentication& remote;
  const policy::Credentials& credentials;
  const policy::Identity& ours;
  const policy::Identity& theirs;  ///< as the peer claims
  const wire::AuthPayload& auth;
  std::vector<const wire::CertPayload*> certificates;
  std::span<const core::Bytes> ocsp_responses;   ///< fetched for this check
  std::span<const crypto::CrlPtr> fetched_crls;  ///< the same
  core::WallTime now;
};

enum class AuthCheck : std::uint8_t {
  identity,             ///< the connection wants another
  method,               ///< the connection wants another kind of authentication
  scheme,               ///< a signature the connection or RFC 8247 does not allow
  no_secret,            ///< none for these two identities
  psk_mismatch,         ///< the secrets differ
  certificate_missing,  ///< none sent, none configured
  certificate_unreadable,
  chain,       ///< see ChainFailure in the sentence
  not_pinned,  ///< another certificate or key than the configuration names
  id_not_in_certificate,
  bad_signature,
};

/// Where to ask whether a certificate was revoked.
struct Fetchable {
  std::vector<std::string> crl_urls, ocsp_urls;
  crypto::CertificatePtr certificate, issuer;  ///< for ocsp_request(); null where nothing is asked
  [[nodiscard]] auto empty() const -> bool { return crl_urls.empty() && ocsp_urls.empty(); }
};

struct AuthFailure {
  AuthCheck check{};
  std::optional<crypto::ChainCheck> chain;
  std::string why;   ///< a sentence
  std::string hint;  ///< what to change
  policy::Line line;
  /// Not empty where only revocation stands in the way: with what these give, check() again.
  Fetchable fetch;
};

struct Authenticated {
  /// "pre-shared key", "RSA-PSS with SHA2-256": for the log.
  std::string how;
  crypto::CertificatePtr certificate;
  std::optional<core::WallTime> valid_until;  ///< absent without certificates
  Fetchable fetch;  ///< what could still be asked; empty when all is known
};

/// `octets` are keys::signed_octets() of theirs.
[[nodiscard]] auto check(const CheckInput& input, crypto::Provider& provider, iana::PrfId prf,
                         core::View octets) -> std::expected<Authenticated, AuthFailure>;

/// As much of check() as can be judged without the octets that AUTH covers: for one who watches.
[[nodiscard]] auto check_claim(const CheckInput& input) -> std::expected<void, AuthFailure>;

/// Does the identity belong to the certificate (RFC 4945, 3.1)?
[[nodiscard]] auto is_named_in(const policy::Identity& id, const crypto::Certificate& certificate)
    -> bool;

}  // namespace esplanade::ike::auth
