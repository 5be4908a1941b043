// X.509 certificates, chains and revocation, as IKE needs them (RFC 4945, RFC 5280). All parsing is
// OpenSSL's.
//
// Threads: certificates are read-only and shared.   Time: wall time comes in.
#pragma once

#include "core/time.h"
#include "crypto/signature.h"

#include <expected>
#include <span>
#include <string_view>

namespace esplanade::crypto {

/// One name of the subjectAltName extension that IKE can match (RFC 4945, 3.1).
struct AlternativeName {
  iana::IdType type{};  ///< id_fqdn, id_rfc822_addr, id_ipv4_addr, id_ipv6_addr
  core::Bytes value;
  auto operator==(const AlternativeName&) const -> bool = default;
};

class Certificate {
 public:
  Certificate() = default;
  Certificate(const Certificate&) = delete;
  auto operator=(const Certificate&) -> Certificate& = delete;
  virtual ~Certificate() = default;

  [[nodiscard]] virtual auto der() const -> core::View = 0;
  [[nodiscard]] virtual auto subject() const -> core::View = 0;  ///< DER of the Name
  [[nodiscard]] virtual auto issuer() const -> core::View = 0;
  [[nodiscard]] virtual auto alternative_names() const -> std::span<const AlternativeName> = 0;
  [[nodiscard]] virtual auto public_key() const -> const PublicKey& = 0;
  /// SHA-1 of the SubjectPublicKeyInfo, as CERTREQ lists it (RFC 7296, 3.7).
  [[nodiscard]] virtual auto key_hash() const -> std::array<std::byte, 20> = 0;
  [[nodiscard]] virtual auto not_before() const -> core::WallTime = 0;
  [[nodiscard]] virtual auto not_after() const -> core::WallTime = 0;
  [[nodiscard]] virtual auto is_ca() const -> bool = 0;
  [[nodiscard]] virtual auto crl_urls() const -> std::span<const std::string> = 0;
  [[nodiscard]] virtual auto ocsp_urls() const -> std::span<const std::string> = 0;
  /// How its issuer signed it; absent for what IKE does not know either, as SHA-1.
  [[nodiscard]] virtual auto signature_scheme() const -> std::optional<SignatureScheme> = 0;
  /// "C=CH, O=Example, CN=moon", as configurations write it.
  [[nodiscard]] virtual auto subject_text() const -> std::string = 0;
};

using CertificatePtr = std::shared_ptr<const Certificate>;

/// One DER certificate, exactly.
[[nodiscard]] auto parse_certificate(core::View der) -> core::Result<CertificatePtr>;
/// A file: DER, or PEM with any number of certificates in its order. Errors: bad_value.
[[nodiscard]] auto parse_certificates(core::View file) -> core::Result<std::vector<CertificatePtr>>;

/// DER of a Name from "C=CH, O=Example, CN=moon" (also "/C=CH/O=Example" and quoted values), and
/// back. Errors: bad_value at the offset of what is no part of a name.
[[nodiscard]] auto parse_distinguished_name(std::string_view text) -> core::Result<core::Bytes>;
[[nodiscard]] auto distinguished_name_text(core::View der) -> std::string;
/// The same name by RFC 5280, 7.1 (case, spaces and string types aside); a value `*` in `pattern`
/// stands for any, as in strongSwan.
[[nodiscard]] auto distinguished_name_matches(core::View der, core::View pattern) -> bool;

class Crl {
 public:
  Crl() = default;
  Crl(const Crl&) = delete;
  auto operator=(const Crl&) -> Crl& = delete;
  virtual ~Crl() = default;
  [[nodiscard]] virtual auto issuer() const -> core::View = 0;
  [[nodiscard]] virtual auto next_update() const -> std::optional<core::WallTime> = 0;
};
using CrlPtr = std::shared_ptr<const Crl>;
/// DER or PEM.
[[nodiscard]] auto parse_crl(core::View file) -> core::Result<CrlPtr>;

/// What to do about certificates whose revocation status cannot be had (swanctl.conf's
/// `revocation`).
enum class RevocationPolicy : std::uint8_t { relaxed, if_uri, strict };

struct ChainRequest {
  CertificatePtr leaf;
  std::span<const CertificatePtr> intermediates;
  std::span<const CertificatePtr> anchors;
  std::span<const CrlPtr> crls;
  std::span<const core::Bytes> ocsp_responses;  ///< DER, as an OCSP server or a file gave them
  RevocationPolicy revocation = RevocationPolicy::relaxed;
  core::WallTime now;
};

/// Which check a chain failed, each a sentence of docs/troubleshooting.md.
enum class ChainCheck : std::uint8_t {
  no_anchor,        ///< no certificate that issued this one is trusted or known
  not_yet_valid,    ///< also a sign of a clock that is slow
  expired,          ///< also a sign of a clock that is fast
  not_a_ca,         ///< an issuer whose basicConstraints or keyUsage forbid issuing
  bad_signature,    ///< of a certificate in the chain
  wrong_key_usage,  ///< keyUsage of the leaf allows no signatures (RFC 4945, 5.1.3.2)
  name_constraints,
  path_too_long,
  unknown_critical_extension,
  weak_key,
  revoked,
  revocation_unknown,  ///< and the policy wants to know
  stale_crl,           ///< beyond its nextUpdate, and the policy wants a fresh one
  other,
};

struct ChainFailure {
  ChainCheck check{};
  std::string subject;  ///< the certificate at fault
  std::string detail;   ///< dates, issuer names: what the operator needs to find it
};

struct Chain {
  std::vector<CertificatePtr> certificates;  ///< leaf first, anchor last
  /// Places to ask before revocation can be judged, the leaf's first: none if all is known or
  /// nobody names any. Ask with `relaxed` to learn them, and again with what they said.
  std::vector<std::string> crl_urls;
  std::vector<std::string> ocsp_urls;
};

/// Builds and checks the chain from the leaf to an anchor.
[[nodiscard]] auto verify_chain(const ChainRequest& request) -> std::expected<Chain, ChainFailure>;

/// An OCSP request for `certificate` (RFC 6960), to be sent by POST. Errors: bad_value.
[[nodiscard]] auto ocsp_request(const Certificate& certificate, const Certificate& issuer)
    -> core::Result<core::Bytes>;

}  // namespace esplanade::crypto
