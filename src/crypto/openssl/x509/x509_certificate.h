// A certificate over OpenSSL's X509, with all that is asked of it read once.
//
// Threads: read-only, shared.
#pragma once

#include "crypto/certificate.h"
#include "crypto/openssl/keys/evp_key.h"
#include "crypto/openssl/x509/x509_handles.h"

namespace esplanade::crypto::openssl {

class X509Certificate final : public Certificate {
 public:
  /// Errors: bad_value; unsupported (a public key of a type we have not).
  [[nodiscard]] static auto make(X509Handle<X509> x509)
      -> core::Result<std::shared_ptr<const X509Certificate>>;

  X509Certificate(X509Handle<X509> x509, std::shared_ptr<const EvpPublicKey> key);

  [[nodiscard]] auto der() const -> core::View override { return der_; }
  [[nodiscard]] auto subject() const -> core::View override { return subject_; }
  [[nodiscard]] auto issuer() const -> core::View override { return issuer_; }
  [[nodiscard]] auto alternative_names() const -> std::span<const AlternativeName> override {
    return names_;
  }
  [[nodiscard]] auto public_key() const -> const PublicKey& override { return *key_; }
  [[nodiscard]] auto key_hash() const -> std::array<std::byte, 20> override { return key_hash_; }
  [[nodiscard]] auto not_before() const -> core::WallTime override;
  [[nodiscard]] auto not_after() const -> core::WallTime override;
  [[nodiscard]] auto is_ca() const -> bool override;
  [[nodiscard]] auto crl_urls() const -> std::span<const std::string> override { return crl_urls_; }
  [[nodiscard]] auto ocsp_urls() const -> std::span<const std::string> override {
    return ocsp_urls_;
  }
  [[nodiscard]] auto signature_scheme() const -> std::optional<SignatureScheme> override;
  [[nodiscard]] auto subject_text() const -> std::string override;

  /// OpenSSL counts references even of what it only reads.
  [[nodiscard]] auto x509() const noexcept -> X509* { return x509_.get(); }

 private:
  X509Handle<X509> x509_;
  std::shared_ptr<const EvpPublicKey> key_;
  core::Bytes der_, subject_, issuer_;
  std::array<std::byte, 20> key_hash_{};
  std::vector<AlternativeName> names_;
  std::vector<std::string> crl_urls_, ocsp_urls_;
};

/// What every Certificate of this program is.
[[nodiscard]] auto x509_of(const Certificate& certificate) -> X509*;

class X509Crl final : public Crl {
 public:
  explicit X509Crl(X509Handle<X509_CRL> crl);

  [[nodiscard]] auto issuer() const -> core::View override { return issuer_; }
  [[nodiscard]] auto next_update() const -> std::optional<core::WallTime> override;
  [[nodiscard]] auto crl() const noexcept -> X509_CRL* { return crl_.get(); }

 private:
  X509Handle<X509_CRL> crl_;
  core::Bytes issuer_;
};

/// The URIs a distribution point or an alternative name lists.
void append_urls(const GENERAL_NAMES* names, std::vector<std::string>& to);

}  // namespace esplanade::crypto::openssl
