#include "crypto/openssl/x509/x509_certificate.h"

#include <openssl/pem.h>
#include <algorithm>

namespace esplanade::crypto {
namespace openssl {
namespace {

using core::Bytes;
using core::Code;
using core::failure;
using core::Result;
using core::View;
using iana::HashId;
using iana::IdType;

auto view(const ASN1_STRING* string) -> View {
  const auto* const data = reinterpret_cast<const std::byte*>(ASN1_STRING_get0_data(string));
  return {data, static_cast<std::size_t>(ASN1_STRING_length(string))};
}

auto text(const ASN1_STRING* string) -> std::string {
  const auto octets = view(string);
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

auto name_of(IdType type, const ASN1_STRING* value) -> AlternativeName {
  const auto octets = view(value);
  return {.type = type, .value = Bytes(octets.begin(), octets.end())};
}

auto id_type_of(const GENERAL_NAME& name) -> std::optional<IdType> {
  switch (name.type) {
    case GEN_DNS:   return IdType::id_fqdn;
    case GEN_EMAIL: return IdType::id_rfc822_addr;
    case GEN_IPADD: break;
    default:        return std::nullopt;
  }
  const auto size = ASN1_STRING_length(name.d.iPAddress);
  if (size == 4) return IdType::id_ipv4_addr;
  if (size == 16) return IdType::id_ipv6_addr;
  return std::nullopt;
}

auto value_of(const GENERAL_NAME& name) -> const ASN1_STRING* {
  if (name.type == GEN_DNS) return name.d.dNSName;
  if (name.type == GEN_EMAIL) return name.d.rfc822Name;
  return name.d.iPAddress;
}

template <class T>
auto extension(const X509* x509, int nid) -> X509Handle<T> {
  return X509Handle<T>(static_cast<T*>(X509_get_ext_d2i(x509, nid, nullptr, nullptr)));
}

auto alternative_names_of(const X509* x509) -> std::vector<AlternativeName> {
  std::vector<AlternativeName> found;
  const auto names = extension<GENERAL_NAMES>(x509, NID_subject_alt_name);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto& name = *sk_GENERAL_NAME_value(names.get(), i);
    if (const auto type = id_type_of(name)) found.push_back(name_of(*type, value_of(name)));
  }
  return found;
}

auto crl_urls_of(const X509* x509) -> std::vector<std::string> {
  std::vector<std::string> urls;
  const auto points = extension<CRL_DIST_POINTS>(x509, NID_crl_distribution_points);
  for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const auto* const point = sk_DIST_POINT_value(points.get(), i)->distpoint;
    if (point != nullptr && point->type == 0) append_urls(point->name.fullname, urls);
  }
  return urls;
}

auto ocsp_urls_of(X509* x509) -> std::vector<std::string> {
  std::vector<std::string> urls;
  auto* const found = X509_get1_ocsp(x509);
  for (int i = 0; i < sk_OPENSSL_STRING_num(found); ++i) {
    urls.emplace_back(sk_OPENSSL_STRING_value(found, i));
  }
  X509_email_free(found);
  return urls;
}

auto key_of(X509* x509) -> Result<std::shared_ptr<const EvpPublicKey>> {
  Handle<EVP_PKEY> key(X509_get_pubkey(x509));
  ERR_clear_error();
  if (key == nullptr) return failure(Code::unsupported);
  return EvpPublicKey::make(std::move(key));
}

/// `key` is the NID of a key's algorithm, as a signature names it.
auto signature_kind_of(int key) -> std::optional<SignatureKind> {
  switch (key) {
    case EVP_PKEY_RSA:     return SignatureKind::rsa_pkcs1;
    case EVP_PKEY_RSA_PSS: return SignatureKind::rsa_pss;
    case EVP_PKEY_EC:      return SignatureKind::ecdsa;
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:   return SignatureKind::eddsa;
    default:               return std::nullopt;
  }
}

auto hash_of(int digest) -> std::optional<HashId> {
  switch (digest) {
    case NID_sha256: return HashId::sha2_256;
    case NID_sha384: return HashId::sha2_384;
    case NID_sha512: return HashId::sha2_512;
    default:         return std::nullopt;
  }
}

}  // namespace

// A purpose of -1 only makes OpenSSL read the extensions.
auto X509Certificate::make(X509Handle<X509> x509)
    -> Result<std::shared_ptr<const X509Certificate>> {
  (void)X509_check_purpose(x509.get(), -1, 0);
  ERR_clear_error();
  if ((X509_get_extension_flags(x509.get()) & EXFLAG_INVALID) != 0) {
    return failure(Code::bad_value);
  }
  auto key = TRY(key_of(x509.get()));
  return std::make_shared<const X509Certificate>(std::move(x509), std::move(key));
}

X509Certificate::X509Certificate(X509Handle<X509> x509, std::shared_ptr<const EvpPublicKey> key)
    : x509_(std::move(x509)),
      key_(std::move(key)),
      der_(to_der<X509>(i2d_X509, x509_.get())),
      subject_(to_der<X509_NAME>(i2d_X509_NAME, X509_get_subject_name(x509_.get()))),
      issuer_(to_der<X509_NAME>(i2d_X509_NAME, X509_get_issuer_name(x509_.get()))),
      key_hash_(sha1(to_der<X509_PUBKEY>(i2d_X509_PUBKEY, X509_get_X509_PUBKEY(x509_.get())))),
      names_(alternative_names_of(x509_.get())),
      crl_urls_(crl_urls_of(x509_.get())),
      ocsp_urls_(ocsp_urls_of(x509_.get())) {
  ERR_clear_error();
}

auto X509Certificate::not_before() const -> core::WallTime {
  return wall_time(X509_get0_notBefore(x509_.get()));
}

auto X509Certificate::not_after() const -> core::WallTime {
  return wall_time(X509_get0_notAfter(x509_.get()));
}

auto X509Certificate::is_ca() const -> bool {
  return (X509_get_extension_flags(x509_.get()) & EXFLAG_CA) != 0;
}

auto X509Certificate::signature_scheme() const -> std::optional<SignatureScheme> {
  int digest = NID_undef;
  int key = NID_undef;
  if (X509_get_signature_info(x509_.get(), &digest, &key, nullptr, nullptr) != 1) return {};
  const auto kind = signature_kind_of(key);
  const auto hash =
      kind == SignatureKind::eddsa ? std::optional(HashId::identity) : hash_of(digest);
  if (!kind || !hash) return std::nullopt;
  return SignatureScheme{.kind = *kind, .hash = *hash};
}

auto X509Certificate::subject_text() const -> std::string {
  return distinguished_name_text(subject_);
}

auto x509_of(const Certificate& certificate) -> X509* {
  const auto* const ours = dynamic_cast<const X509Certificate*>(&certificate);
  core::ensure(ours != nullptr);
  return ours->x509();
}

X509Crl::X509Crl(X509Handle<X509_CRL> crl)
    : crl_(std::move(crl)),
      issuer_(to_der<X509_NAME>(i2d_X509_NAME, X509_CRL_get_issuer(crl_.get()))) {}

auto X509Crl::next_update() const -> std::optional<core::WallTime> {
  const auto* const time = X509_CRL_get0_nextUpdate(crl_.get());
  return time == nullptr ? std::nullopt : std::optional(wall_time(time));
}

void append_urls(const GENERAL_NAMES* names, std::vector<std::string>& to) {
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const auto& name = *sk_GENERAL_NAME_value(names, i);
    if (name.type == GEN_URI) to.push_back(text(name.d.uniformResourceIdentifier));
  }
}

}  // namespace openssl

namespace {

using core::Code;
using core::failure;
using core::Result;
using core::View;
using openssl::X509Handle;

auto is_pem(View file) -> bool {
  return !std::ranges::search(file, core::as_view("-----BEGIN")).empty();
}

auto memory(View file) -> X509Handle<BIO> {
  X509Handle<BIO> bio(BIO_new_mem_buf(file.data(), openssl::int_size(file)));
  core::ensure(bio != nullptr);
  return bio;
}

// The end of the file is an error to OpenSSL too.
auto is_at_end() -> bool {
  const auto error = ERR_peek_last_error();
  ERR_clear_error();
  return ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

}  // namespace

auto parse_certificate(View der) -> Result<CertificatePtr> {
  auto x509 = openssl::from_der<X509>(d2i_X509, der);
  if (x509 == nullptr) return failure(Code::bad_value);
  return TRY(openssl::X509Certificate::make(std::move(x509)));
}

auto parse_certificates(View file) -> Result<std::vector<CertificatePtr>> {
  if (!is_pem(file)) return std::vector{TRY(parse_certificate(file))};
  const auto bio = memory(file);
  std::vector<CertificatePtr> certificates;
  while (X509Handle<X509> x509{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    certificates.push_back(TRY(openssl::X509Certificate::make(std::move(x509))));
  }
  if (!is_at_end() || certificates.empty()) return failure(Code::bad_value);
  return certificates;
}

auto parse_crl(View file) -> Result<CrlPtr> {
  auto crl = is_pem(file) ? X509Handle<X509_CRL>(PEM_read_bio_X509_CRL(memory(file).get(), nullptr,
                                                                       nullptr, nullptr))
                          : openssl::from_der<X509_CRL>(d2i_X509_CRL, file);
  ERR_clear_error();
  if (crl == nullptr) return failure(Code::bad_value);
  return std::make_shared<const openssl::X509Crl>(std::move(crl));
}

}  // namespace esplanade::crypto
