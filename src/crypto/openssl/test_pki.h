// For tests: certification authorities that issue certificates, CRLs and OCSP responses at test
// time. A test that needs no OpenSSL of its own includes this and nothing else.
//
//   TestCa root({.subject = "C=CH, O=Esplanade, CN=root"});
//   const auto moon = root.issue({.subject = "C=CH, CN=moon", .names = "DNS:moon.example"});
//   const auto crl = root.crl({moon.serial});
//
// Errors: an exception, which fails the test.
#pragma once

#include "crypto/certificate.h"
#include "crypto/openssl/x509/x509_handles.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdexcept>

namespace esplanade::crypto::openssl {

inline void must(bool holds) {
  if (!holds) throw std::runtime_error("test PKI: OpenSSL refused");
}

/// 2026-06-01T00:00:00Z: the middle of what certificates are valid for here by default.
inline constexpr core::WallTime test_now{std::chrono::seconds{1780272000}};

struct TestSubject {
  std::string subject = "C=CH, O=Esplanade, CN=test";
  KeyType key = KeyType::ecdsa_p256;
  unsigned rsa_bits = 2048;
  const char* digest = "SHA256";
  core::WallTime not_before{test_now.since_epoch - std::chrono::days{30}};
  core::WallTime not_after{test_now.since_epoch + std::chrono::days{30}};
  /// Extensions in the words of openssl's x509v3_config(5); none where empty.
  std::string names{};              ///< "DNS:moon.example,IP:192.0.2.1,email:moon@example"
  std::string key_usage{};          ///< "critical,digitalSignature"
  std::string extended_usage{};     ///< "OCSPSigning"
  std::string basic_constraints{};  ///< "critical,CA:TRUE,pathlen:0"
  std::string name_constraints{};   ///< "permitted;DNS:example"
  std::string crl_url{}, ocsp_url{};
  bool has_unknown_critical_extension = false;
};

/// A certificate with its key, in DER.
struct TestCertificate {
  core::Bytes der;
  core::Bytes private_key;  ///< PKCS#8
  long serial = 0;

  [[nodiscard]] auto parsed() const -> CertificatePtr { return parse_certificate(der).value(); }
  [[nodiscard]] auto key() const -> std::shared_ptr<const PrivateKey> {
    return parse_private_key(private_key).value();
  }
};

/// `label` is "CERTIFICATE", "PRIVATE KEY", "X509 CRL", ...
[[nodiscard]] inline auto to_pem(core::View der, const char* label) -> std::string {
  const X509Handle<BIO> bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio(bio.get(), label, "", octets(der), static_cast<long>(der.size())) > 0);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

[[nodiscard]] inline auto make_test_key(KeyType type, unsigned rsa_bits = 2048)
    -> Handle<EVP_PKEY> {
  const auto make = [](const char* name, auto... more) {
    return Handle<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, name, more...));
  };
  switch (type) {
    case KeyType::rsa:        return make("RSA", std::size_t{rsa_bits});
    case KeyType::ecdsa_p256: return make("EC", "P-256");
    case KeyType::ecdsa_p384: return make("EC", "P-384");
    case KeyType::ecdsa_p521: return make("EC", "P-521");
    case KeyType::ed25519:    return make("ED25519");
    case KeyType::ed448:      return make("ED448");
  }
  core::bug();
}

[[nodiscard]] inline auto private_der(const EVP_PKEY& key) -> core::Bytes {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
      EVP_PKEY2PKCS8(&key), PKCS8_PRIV_KEY_INFO_free);
  return to_der<PKCS8_PRIV_KEY_INFO>(i2d_PKCS8_PRIV_KEY_INFO, info.get());
}

enum class TestStatus : std::uint8_t { good, revoked, unknown };

struct TestRevocation {
  core::WallTime this_update{test_now.since_epoch - std::chrono::days{1}};
  core::WallTime next_update{test_now.since_epoch + std::chrono::days{1}};
};

class TestCa {
 public:
  /// Signs itself.
  explicit TestCa(const TestSubject& who) : key_(make_test_key(who.key, who.rsa_bits)) {
    certificate_ = make(as_ca(who), *key_, nullptr);
  }

  [[nodiscard]] auto issue(const TestSubject& who) -> TestCertificate {
    const auto key = make_test_key(who.key, who.rsa_bits);
    const auto x509 = make(who, *key, this);
    return {to_der<X509>(i2d_X509, x509.get()), private_der(*key), serial_of(x509.get())};
  }
  [[nodiscard]] auto issue_ca(const TestSubject& who) -> TestCa {
    auto key = make_test_key(who.key, who.rsa_bits);
    auto x509 = make(as_ca(who), *key, this);
    return TestCa(std::move(key), std::move(x509));
  }

  [[nodiscard]] auto der() const -> core::Bytes {
    return to_der<X509>(i2d_X509, certificate_.get());
  }
  [[nodiscard]] auto parsed() const -> CertificatePtr { return parse_certificate(der()).value(); }
  [[nodiscard]] auto serial() const -> long { return serial_of(certificate_.get()); }
  [[nodiscard]] auto private_key() const -> core::Bytes { return private_der(*key_); }

  /// DER of a CRL.
  [[nodiscard]] auto crl(const std::vector<long>& revoked, const TestRevocation& when = {}) const
      -> core::Bytes;
  /// DER of an OCSP response by this CA, or by a `responder` it issued.
  [[nodiscard]] auto ocsp(const TestCertificate& about, TestStatus status,
                          const TestRevocation& when = {},
                          const TestCertificate* responder = nullptr) const -> core::Bytes;

 private:
  TestCa(Handle<EVP_PKEY> key, X509Handle<X509> certificate)
      : key_(std::move(key)), certificate_(std::move(certificate)) {}

  static auto as_ca(TestSubject who) -> TestSubject;
  static auto serial_of(const X509* x509) -> long {
    return ASN1_INTEGER_get(X509_get0_serialNumber(x509));
  }
  static auto make(const TestSubject& who, EVP_PKEY& key, TestCa* issuer) -> X509Handle<X509>;

  Handle<EVP_PKEY> key_;
  X509Handle<X509> certificate_;
  long next_serial_ = 1;
};

}  // namespace esplanade::crypto::openssl

#include "crypto/openssl/test_pki_inline.h"
