#include "crypto/openssl/x509/revocation.h"
#include "crypto/openssl/x509/x509_certificate.h"

#include <algorithm>

namespace esplanade::crypto::openssl {
namespace {

using core::View;

// Extensions that may be critical in a CRL we take. A delta is none: it says little alone.
auto knows_critical_extensions(const X509_CRL* crl) -> bool {
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    auto* const extension = X509_CRL_get_ext(crl, i);
    const auto nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    const auto is_known = nid == NID_issuing_distribution_point || nid == NID_crl_number ||
                          nid == NID_authority_key_identifier;
    if (X509_EXTENSION_get_critical(extension) == 1 && !is_known) return false;
  }
  return true;
}

// RFC 5280, 6.3.3 (b) (2): the names of both distribution points meet.
auto is_of_point(const DIST_POINT_NAME* point, const Certificate& certificate) -> bool {
  if (point == nullptr) return true;
  if (point->type != 0) return false;
  std::vector<std::string> urls;
  append_urls(point->name.fullname, urls);
  return std::ranges::find_first_of(urls, certificate.crl_urls()) != urls.end();
}

// RFC 5280, 5.2.5 and 6.3.3 (b). Indirect CRLs and those for some reasons only are not for us.
auto covers(const X509_CRL* crl, const Certificate& certificate) -> bool {
  int critical = 0;
  const X509Handle<ISSUING_DIST_POINT> point(static_cast<ISSUING_DIST_POINT*>(
      X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, nullptr)));
  ERR_clear_error();
  if (point == nullptr) return critical == -1;  // none; otherwise damaged, or more than one
  const auto is_indirect = point->indirectCRL > 0 || point->onlyattr > 0;
  if (is_indirect || point->onlysomereasons != nullptr) return false;
  if (point->onlyuser > 0 && certificate.is_ca()) return false;
  if (point->onlyCA > 0 && !certificate.is_ca()) return false;
  return is_of_point(point->distpoint, certificate);
}

auto is_issued_by(const X509_CRL* crl, const Certificate& issuer) -> bool {
  const auto* const name = X509_get_subject_name(x509_of(issuer));
  return X509_NAME_cmp(X509_CRL_get_issuer(crl), name) == 0;
}

// RFC 5280, 6.3.3 (f) and (g).
auto is_signed_by(X509_CRL* crl, const Certificate& issuer) -> bool {
  auto* const x509 = x509_of(issuer);
  if ((X509_get_key_usage(x509) & KU_CRL_SIGN) == 0) return false;
  const auto is_right = X509_CRL_verify(crl, X509_get0_pubkey(x509)) == 1;
  ERR_clear_error();
  return is_right;
}

// 2 would be removeFromCRL, which takes a hold back.
auto is_listed(X509_CRL* crl, const Certificate& certificate) -> bool {
  X509_REVOKED* entry = nullptr;
  return X509_CRL_get0_by_cert(crl, &entry, x509_of(certificate)) == 1;
}

auto status_by(const X509Crl& crl, const Certificate& certificate, const Certificate& issuer,
               core::WallTime now) -> RevocationStatus {
  auto* const list = crl.crl();
  const auto is_usable = is_issued_by(list, issuer) && knows_critical_extensions(list) &&
                         covers(list, certificate) && is_signed_by(list, issuer) &&
                         wall_time(X509_CRL_get0_lastUpdate(list)) <= now;
  if (!is_usable) return RevocationStatus::unknown;
  // What was revoked once stays so, however old the list.
  if (is_listed(list, certificate)) return RevocationStatus::revoked;
  const auto next = crl.next_update();
  return next && *next < now ? RevocationStatus::stale : RevocationStatus::good;
}

}  // namespace

auto crl_status(const Certificate& certificate, const Certificate& issuer,
                const ChainRequest& request) -> RevocationStatus {
  auto status = RevocationStatus::unknown;
  for (const auto& crl : request.crls) {
    const auto* const ours = dynamic_cast<const X509Crl*>(crl.get());
    core::ensure(ours != nullptr);
    status = combined(status, status_by(*ours, certificate, issuer, request.now));
  }
  return status;
}

auto revocation_status(const Certificate& certificate, const Certificate& issuer,
                       const ChainRequest& request) -> RevocationStatus {
  return combined(crl_status(certificate, issuer, request),
                  ocsp_status(certificate, issuer, request));
}

}  // namespace esplanade::crypto::openssl
