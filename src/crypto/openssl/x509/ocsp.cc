#include "crypto/openssl/x509/revocation.h"
#include "crypto/openssl/x509/x509_certificate.h"

#include <chrono>

namespace esplanade::crypto {
namespace openssl {
namespace {

using core::Duration;
using core::View;
using core::WallTime;

// A responder's clock may be ahead of ours.
constexpr Duration clock_skew = std::chrono::minutes{5};
// What a response without nextUpdate is good for: newer information is always to be had then (RFC
// 6960, 4.2.2.1).
constexpr Duration without_next_update = std::chrono::days{1};

auto basic_response(View der) -> X509Handle<OCSP_BASICRESP> {
  const auto response = from_der<OCSP_RESPONSE>(d2i_OCSP_RESPONSE, der);
  if (response == nullptr ||
      OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return nullptr;
  }
  X509Handle<OCSP_BASICRESP> basic(OCSP_response_get1_basic(response.get()));
  ERR_clear_error();
  return basic;
}

auto store_of(X509* anchor, WallTime now) -> X509Handle<X509_STORE> {
  X509Handle<X509_STORE> store(X509_STORE_new());
  core::ensure(X509_STORE_add_cert(store.get(), anchor) == 1);
  auto* const parameters = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_time(parameters, seconds(now));
  X509_VERIFY_PARAM_set_auth_level(parameters, 2);
  core::ensure(X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN) == 1);
  return store;
}

// RFC 6960, 4.2.2.2: signed by the issuer, or by one the issuer gave id-kp-OCSPSigning to.
auto is_authentic(OCSP_BASICRESP* basic, X509* issuer, WallTime now) -> bool {
  const auto store = store_of(issuer, now);
  const X509Handle<STACK_OF(X509)> issuers(sk_X509_new_null());
  core::ensure(sk_X509_push(issuers.get(), issuer) == 1);
  const auto is_right = OCSP_basic_verify(basic, issuers.get(), store.get(), 0) == 1;
  ERR_clear_error();
  return is_right;
}

// The responder chose the hash of the names, so ours is made with the same.
auto is_about(const OCSP_SINGLERESP* single, const X509* certificate, const X509* issuer) -> bool {
  auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
  ASN1_OBJECT* hash = nullptr;
  OCSP_id_get0_info(nullptr, &hash, nullptr, nullptr, id);
  const auto* const digest = EVP_get_digestbyobj(hash);
  if (digest == nullptr) return false;
  const X509Handle<OCSP_CERTID> wanted(OCSP_cert_to_id(digest, certificate, issuer));
  ERR_clear_error();
  return wanted != nullptr && OCSP_id_cmp(wanted.get(), id) == 0;
}

auto status_by(OCSP_SINGLERESP* single, WallTime now) -> RevocationStatus {
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const auto status = OCSP_single_get0_status(single, nullptr, nullptr, &this_update, &next_update);
  const auto begin = wall_time(this_update);
  if (begin.since_epoch > now.since_epoch + clock_skew) return RevocationStatus::unknown;
  if (status == V_OCSP_CERTSTATUS_REVOKED) return RevocationStatus::revoked;
  if (status != V_OCSP_CERTSTATUS_GOOD) return RevocationStatus::unknown;
  const auto is_stale = next_update != nullptr
                            ? wall_time(next_update) < now
                            : now.since_epoch - without_next_update > begin.since_epoch;
  return is_stale ? RevocationStatus::stale : RevocationStatus::good;
}

auto status_by(View der, X509* certificate, X509* issuer, WallTime now) -> RevocationStatus {
  auto status = RevocationStatus::unknown;
  const auto basic = basic_response(der);
  if (basic == nullptr || !is_authentic(basic.get(), issuer, now)) return status;
  for (int i = 0; i < OCSP_resp_count(basic.get()); ++i) {
    auto* const single = OCSP_resp_get0(basic.get(), i);
    if (is_about(single, certificate, issuer)) status = combined(status, status_by(single, now));
  }
  return status;
}

}  // namespace

auto ocsp_status(const Certificate& certificate, const Certificate& issuer,
                 const ChainRequest& request) -> RevocationStatus {
  auto status = RevocationStatus::unknown;
  for (const auto& response : request.ocsp_responses) {
    status =
        combined(status, status_by(response, x509_of(certificate), x509_of(issuer), request.now));
  }
  return status;
}

}  // namespace openssl

// SHA-1 is what every responder knows (RFC 5019, 2.1.1): it names, it protects nothing.
auto ocsp_request(const Certificate& certificate, const Certificate& issuer)
    -> core::Result<core::Bytes> {
  const openssl::X509Handle<OCSP_REQUEST> request(OCSP_REQUEST_new());
  openssl::X509Handle<OCSP_CERTID> id(
      OCSP_cert_to_id(EVP_sha1(), openssl::x509_of(certificate), openssl::x509_of(issuer)));
  ERR_clear_error();
  if (id == nullptr || OCSP_request_add0_id(request.get(), id.get()) == nullptr) {
    return core::failure(core::Code::bad_value);
  }
  (void)id.release();  // the request owns it
  return openssl::to_der<OCSP_REQUEST>(i2d_OCSP_REQUEST, request.get());
}

}  // namespace esplanade::crypto
