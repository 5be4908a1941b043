#include "crypto/openssl/x509/revocation.h"
#include "crypto/openssl/x509/x509_certificate.h"

#include <algorithm>

namespace esplanade::crypto {
namespace {

using openssl::RevocationStatus;
using openssl::time_text;
using openssl::x509_of;
using openssl::X509Handle;
using Failure = std::unexpected<ChainFailure>;
using Checked = std::expected<void, ChainFailure>;

// More than any sound PKI has; it bounds the work a stranger's certificates make.
constexpr int depth_max = 10;
// 112 bits: RSA from 2048 bits, SHA-2 in signatures (RFC 8247, 3.1 and 3.2).
constexpr int security_level = 2;

auto refuse(ChainCheck check, const Certificate& at, std::string detail) -> Failure {
  return Failure(ChainFailure{check, at.subject_text(), std::move(detail)});
}

struct Row {
  int error;
  ChainCheck check;
};

constexpr auto checks = std::to_array<Row>({
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, ChainCheck::no_anchor},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, ChainCheck::no_anchor},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, ChainCheck::no_anchor},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, ChainCheck::no_anchor},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, ChainCheck::no_anchor},
    {X509_V_ERR_CERT_NOT_YET_VALID, ChainCheck::not_yet_valid},
    {X509_V_ERR_CERT_HAS_EXPIRED, ChainCheck::expired},
    {X509_V_ERR_INVALID_CA, ChainCheck::not_a_ca},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, ChainCheck::not_a_ca},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, ChainCheck::bad_signature},
    {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, ChainCheck::bad_signature},
    {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, ChainCheck::bad_signature},
    {X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH, ChainCheck::bad_signature},
    {X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM, ChainCheck::bad_signature},
    {X509_V_ERR_PERMITTED_VIOLATION, ChainCheck::name_constraints},
    {X509_V_ERR_EXCLUDED_VIOLATION, ChainCheck::name_constraints},
    {X509_V_ERR_SUBTREE_MINMAX, ChainCheck::name_constraints},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, ChainCheck::name_constraints},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, ChainCheck::name_constraints},
    {X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, ChainCheck::name_constraints},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, ChainCheck::path_too_long},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, ChainCheck::path_too_long},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, ChainCheck::unknown_critical_extension},
    {X509_V_ERR_EE_KEY_TOO_SMALL, ChainCheck::weak_key},
    {X509_V_ERR_CA_KEY_TOO_SMALL, ChainCheck::weak_key},
    {X509_V_ERR_CA_MD_TOO_WEAK, ChainCheck::weak_key},
});

auto check_of(int error) noexcept -> ChainCheck {
  const auto* const it = std::ranges::find(checks, error, &Row::error);
  return it == checks.end() ? ChainCheck::other : it->check;
}

auto stack_of(std::span<const CertificatePtr> certificates) -> X509Handle<STACK_OF(X509)> {
  X509Handle<STACK_OF(X509)> stack(sk_X509_new_null());
  for (const auto& certificate : certificates) {
    core::ensure(sk_X509_push(stack.get(), x509_of(*certificate)) > 0);
  }
  return stack;
}

auto find(const ChainRequest& request, const X509* wanted) -> CertificatePtr {
  const auto is_wanted = [wanted](const CertificatePtr& certificate) {
    return X509_cmp(x509_of(*certificate), wanted) == 0;
  };
  if (is_wanted(request.leaf)) return request.leaf;
  for (const auto list : {request.anchors, request.intermediates}) {
    const auto it = std::ranges::find_if(list, is_wanted);
    if (it != list.end()) return *it;
  }
  core::bug();
}

auto quoted(core::View name) -> std::string { return '"' + distinguished_name_text(name) + '"'; }

// OpenSSL passes over an issuer that may not issue; the operator wants to know it was there.
auto find_unfit_issuer(const ChainRequest& request, const Certificate& certificate)
    -> CertificatePtr {
  for (const auto list : {request.anchors, request.intermediates}) {
    for (const auto& candidate : list) {
      const auto verdict = X509_check_issued(x509_of(*candidate), x509_of(certificate));
      if (verdict == X509_V_ERR_KEYUSAGE_NO_CERTSIGN) return candidate;
    }
  }
  return nullptr;
}

auto no_anchor(const ChainRequest& request, const Certificate& at) -> Failure {
  if (const auto unfit = find_unfit_issuer(request, at)) {
    return refuse(ChainCheck::not_a_ca, *unfit, "its keyUsage does not allow to sign certificates");
  }
  if (std::ranges::equal(at.subject(), at.issuer())) {
    return refuse(ChainCheck::no_anchor, at, "signs itself and is not trusted");
  }
  return refuse(ChainCheck::no_anchor, at,
                "issued by " + quoted(at.issuer()) + ", which is neither trusted nor known");
}

auto detail_of(int error, const Certificate& at) -> std::string {
  switch (error) {
    case X509_V_ERR_CERT_NOT_YET_VALID: return "valid from " + time_text(at.not_before());
    case X509_V_ERR_CERT_HAS_EXPIRED:   return "was valid until " + time_text(at.not_after());
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:   return std::to_string(at.public_key().bits()) + " bits";
    case X509_V_ERR_CA_MD_TOO_WEAK:     return "signed with a hash that is no longer safe";
    default:                            return X509_verify_cert_error_string(error);
  }
}

auto explain(const ChainRequest& request, const X509_STORE_CTX& ctx) -> Failure {
  const auto error = X509_STORE_CTX_get_error(&ctx);
  auto* const current = X509_STORE_CTX_get_current_cert(&ctx);
  const auto at = current == nullptr ? request.leaf : find(request, current);
  const auto check = check_of(error);
  if (check == ChainCheck::no_anchor) return no_anchor(request, *at);
  return refuse(check, *at, detail_of(error, *at));
}

auto certificates_of(const ChainRequest& request, const X509_STORE_CTX& ctx)
    -> std::vector<CertificatePtr> {
  std::vector<CertificatePtr> found;
  auto* const chain = X509_STORE_CTX_get0_chain(&ctx);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    found.push_back(find(request, sk_X509_value(chain, i)));
  }
  return found;
}

void set_parameters(X509_STORE_CTX& ctx, core::WallTime now) {
  auto* const parameters = X509_STORE_CTX_get0_param(&ctx);
  X509_VERIFY_PARAM_set_time(parameters, openssl::seconds(now));
  X509_VERIFY_PARAM_set_depth(parameters, depth_max);
  X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
  core::ensure(X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN) == 1);
}

auto build(const ChainRequest& request)
    -> std::expected<std::vector<CertificatePtr>, ChainFailure> {
  const auto trusted = stack_of(request.anchors);
  const auto untrusted = stack_of(request.intermediates);
  const X509Handle<X509_STORE_CTX> ctx(X509_STORE_CTX_new());
  core::ensure(X509_STORE_CTX_init(ctx.get(), nullptr, x509_of(*request.leaf), untrusted.get()) ==
               1);
  X509_STORE_CTX_set0_trusted_stack(ctx.get(), trusted.get());
  set_parameters(*ctx, request.now);
  const auto is_right = X509_verify_cert(ctx.get()) == 1;
  ERR_clear_error();
  if (!is_right) return explain(request, *ctx);
  return certificates_of(request, *ctx);
}

// RFC 4945, 5.1.3.2: if keyUsage is there, it has to allow signatures of IKE.
auto check_key_usage(const Certificate& leaf) -> Checked {
  const auto usage = X509_get_key_usage(x509_of(leaf));  // all bits where there is none
  if ((usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0) return {};
  return refuse(ChainCheck::wrong_key_usage, leaf,
                "keyUsage has neither digitalSignature nor nonRepudiation");
}

// RFC 5280, 4.2.1.9 and 6.1.4 (k); OpenSSL is more lenient with certificates of old. An anchor is
// trusted as it is.
auto check_issuers(std::span<const CertificatePtr> chain) -> Checked {
  for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
    if (chain[i]->is_ca()) continue;
    return refuse(ChainCheck::not_a_ca, *chain[i], "basicConstraints does not make it a CA");
  }
  return {};
}

auto has_place_to_ask(const Certificate& certificate) -> bool {
  return !certificate.crl_urls().empty() || !certificate.ocsp_urls().empty();
}

auto wants_to_know(RevocationPolicy policy, const Certificate& certificate) -> bool {
  switch (policy) {
    case RevocationPolicy::relaxed: return false;
    case RevocationPolicy::if_uri:  return has_place_to_ask(certificate);
    case RevocationPolicy::strict:  return true;
  }
  core::bug();
}

void append_new(std::span<const std::string> urls, std::vector<std::string>& to) {
  for (const auto& url : urls) {
    if (std::ranges::find(to, url) == to.end()) to.push_back(url);
  }
}

auto check_revocation(const Certificate& certificate, const Certificate& issuer,
                      const ChainRequest& request, Chain& chain) -> Checked {
  const auto status = openssl::revocation_status(certificate, issuer, request);
  if (status == RevocationStatus::good) return {};
  if (status == RevocationStatus::revoked) {
    return refuse(ChainCheck::revoked, certificate, "by " + quoted(issuer.subject()));
  }
  append_new(certificate.crl_urls(), chain.crl_urls);
  append_new(certificate.ocsp_urls(), chain.ocsp_urls);
  if (!wants_to_know(request.revocation, certificate)) return {};
  if (status == RevocationStatus::stale) {
    return refuse(ChainCheck::stale_crl, certificate,
                  "what " + quoted(issuer.subject()) + " said is beyond its next update");
  }
  return refuse(ChainCheck::revocation_unknown, certificate,
                "no CRL or OCSP response of " + quoted(issuer.subject()));
}

}  // namespace

auto verify_chain(const ChainRequest& request) -> std::expected<Chain, ChainFailure> {
  core::ensure(request.leaf != nullptr);
  Chain chain{.certificates = TRY(build(request)), .crl_urls = {}, .ocsp_urls = {}};
  const auto& certificates = chain.certificates;
  TRY(check_issuers(certificates));
  TRY(check_key_usage(*request.leaf));
  for (std::size_t i = 0; i + 1 < certificates.size(); ++i) {
    TRY(check_revocation(*certificates[i], *certificates[i + 1], request, chain));
  }
  return chain;
}

}  // namespace esplanade::crypto
