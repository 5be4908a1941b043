// The longer functions of test_pki.h, which includes this.
#pragma once

#include "crypto/openssl/test_pki.h"

namespace esplanade::crypto::openssl {

struct FreeTime {
  void operator()(ASN1_TIME* time) const noexcept { ASN1_TIME_free(time); }
};

[[nodiscard]] inline auto asn1_time(core::WallTime time) -> std::unique_ptr<ASN1_TIME, FreeTime> {
  return std::unique_ptr<ASN1_TIME, FreeTime>(ASN1_TIME_set(nullptr, seconds(time)));
}

inline void add_extension(X509* to, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX ctx;
  X509V3_set_ctx(&ctx, issuer, to, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_nconf_nid(nullptr, &ctx, nid, value.c_str()), X509_EXTENSION_free);
  must(extension != nullptr && X509_add_ext(to, extension.get(), -1) == 1);
}

inline void add_extensions(X509* to, X509* issuer, const TestSubject& who) {
  add_extension(to, issuer, NID_basic_constraints, who.basic_constraints);
  add_extension(to, issuer, NID_key_usage, who.key_usage);
  add_extension(to, issuer, NID_ext_key_usage, who.extended_usage);
  add_extension(to, issuer, NID_subject_alt_name, who.names);
  add_extension(to, issuer, NID_name_constraints, who.name_constraints);
  add_extension(to, issuer, NID_subject_key_identifier, "hash");
  add_extension(to, issuer, NID_authority_key_identifier, issuer == to ? "" : "keyid");
  if (!who.crl_url.empty()) {
    add_extension(to, issuer, NID_crl_distribution_points, "URI:" + who.crl_url);
  }
  if (!who.ocsp_url.empty()) add_extension(to, issuer, NID_info_access, "OCSP;URI:" + who.ocsp_url);
  // Nobody knows what Netscape's comment demands.
  if (who.has_unknown_critical_extension) {
    add_extension(to, issuer, NID_netscape_comment, "critical,unknown");
  }
}

inline auto name_of(const std::string& text) -> X509Handle<X509_NAME> {
  return from_der<X509_NAME>(d2i_X509_NAME, parse_distinguished_name(text).value());
}

/// EdDSA brings its own.
inline auto digest_for(const EVP_PKEY& key, const char* name) -> const EVP_MD* {
  const auto is_eddsa = EVP_PKEY_is_a(&key, "ED25519") == 1 || EVP_PKEY_is_a(&key, "ED448") == 1;
  return is_eddsa ? nullptr : EVP_get_digestbyname(name);
}

inline auto TestCa::as_ca(TestSubject who) -> TestSubject {
  if (who.basic_constraints.empty()) who.basic_constraints = "critical,CA:TRUE";
  if (who.key_usage.empty()) who.key_usage = "critical,keyCertSign,cRLSign,digitalSignature";
  return who;
}

inline auto TestCa::make(const TestSubject& who, EVP_PKEY& key, TestCa* issuer)
    -> X509Handle<X509> {
  X509Handle<X509> made(X509_new());
  auto* const x509 = made.get();
  auto* const issued_by = issuer == nullptr ? x509 : issuer->certificate_.get();
  auto& signing = issuer == nullptr ? key : *issuer->key_;
  const auto subject = name_of(who.subject);
  must(X509_set_version(x509, X509_VERSION_3) == 1);
  must(ASN1_INTEGER_set(X509_get_serialNumber(x509),
                        issuer == nullptr ? 1 : ++issuer->next_serial_) == 1);
  must(X509_set_subject_name(x509, subject.get()) == 1);
  must(X509_set_issuer_name(x509, X509_get_subject_name(issued_by)) == 1);
  must(X509_set1_notBefore(x509, asn1_time(who.not_before).get()) == 1);
  must(X509_set1_notAfter(x509, asn1_time(who.not_after).get()) == 1);
  must(X509_set_pubkey(x509, &key) == 1);
  add_extensions(x509, issued_by, who);
  must(X509_sign(x509, &signing, digest_for(signing, who.digest)) > 0);
  return made;
}

inline auto TestCa::crl(const std::vector<long>& revoked, const TestRevocation& when) const
    -> core::Bytes {
  const X509Handle<X509_CRL> list(X509_CRL_new());
  must(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1);
  must(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get())) == 1);
  const auto this_update = asn1_time(when.this_update);
  must(X509_CRL_set1_lastUpdate(list.get(), this_update.get()) == 1);
  must(X509_CRL_set1_nextUpdate(list.get(), asn1_time(when.next_update).get()) == 1);
  for (const auto serial : revoked) {
    auto* const entry = X509_REVOKED_new();
    const std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> number(ASN1_INTEGER_new(),
                                                                             ASN1_INTEGER_free);
    must(ASN1_INTEGER_set(number.get(), serial) == 1);
    must(X509_REVOKED_set_serialNumber(entry, number.get()) == 1);
    must(X509_REVOKED_set_revocationDate(entry, this_update.get()) == 1);
    must(X509_CRL_add0_revoked(list.get(), entry) == 1);
  }
  must(X509_CRL_sign(list.get(), key_.get(), digest_for(*key_, "SHA256")) > 0);
  return to_der<X509_CRL>(i2d_X509_CRL, list.get());
}

inline auto TestCa::ocsp(const TestCertificate& about, TestStatus status,
                         const TestRevocation& when, const TestCertificate* responder) const
    -> core::Bytes {
  const auto subject = from_der<X509>(d2i_X509, about.der);
  const X509Handle<OCSP_CERTID> id(OCSP_cert_to_id(EVP_sha1(), subject.get(), certificate_.get()));
  const X509Handle<OCSP_BASICRESP> basic(OCSP_BASICRESP_new());
  const auto code = status == TestStatus::good      ? V_OCSP_CERTSTATUS_GOOD
                    : status == TestStatus::revoked ? V_OCSP_CERTSTATUS_REVOKED
                                                    : V_OCSP_CERTSTATUS_UNKNOWN;
  const auto this_update = asn1_time(when.this_update);
  must(OCSP_basic_add1_status(basic.get(), id.get(), code, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                              this_update.get(), this_update.get(),
                              asn1_time(when.next_update).get()) != nullptr);
  const auto their_certificate =
      responder == nullptr ? X509Handle<X509>() : from_der<X509>(d2i_X509, responder->der);
  const auto* from = responder == nullptr ? nullptr : octets(core::View(responder->private_key));
  const Handle<EVP_PKEY> their_key(
      responder == nullptr
          ? nullptr
          : d2i_AutoPrivateKey(nullptr, &from, static_cast<long>(responder->private_key.size())));
  auto* const signer = responder == nullptr ? certificate_.get() : their_certificate.get();
  auto* const key = responder == nullptr ? key_.get() : their_key.get();
  must(OCSP_basic_sign(basic.get(), signer, key, digest_for(*key, "SHA256"), nullptr, 0) == 1);
  const X509Handle<OCSP_RESPONSE> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  return to_der<OCSP_RESPONSE>(i2d_OCSP_RESPONSE, response.get());
}

}  // namespace esplanade::crypto::openssl
