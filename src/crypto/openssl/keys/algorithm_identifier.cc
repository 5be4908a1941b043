// AlgorithmIdentifiers of authentication method 14 (RFC 7427, appendix A; RFC 8420), their names,
// and SHA-1.
#include "crypto/openssl/keys/evp_key.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <array>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using core::Code;
using core::failure;
using core::Result;
using core::View;
using iana::HashId;

struct Row {
  SignatureScheme scheme;
  int nid;
  std::string_view der;  ///< in hexadecimal, with parameters as RFC 7427 prefers them
};

constexpr auto rows = std::to_array<Row>({
    {{SignatureKind::rsa_pkcs1, HashId::sha2_256},
     NID_sha256WithRSAEncryption,
     "300d06092a864886f70d01010b0500"},
    {{SignatureKind::rsa_pkcs1, HashId::sha2_384},
     NID_sha384WithRSAEncryption,
     "300d06092a864886f70d01010c0500"},
    {{SignatureKind::rsa_pkcs1, HashId::sha2_512},
     NID_sha512WithRSAEncryption,
     "300d06092a864886f70d01010d0500"},
    {{SignatureKind::rsa_pss, HashId::sha2_256},
     NID_rsassaPss,
     "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
     "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"},
    {{SignatureKind::rsa_pss, HashId::sha2_384},
     NID_rsassaPss,
     "304106092a864886f70d01010a3034a00f300d06096086480165030402020500"
     "a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130"},
    {{SignatureKind::rsa_pss, HashId::sha2_512},
     NID_rsassaPss,
     "304106092a864886f70d01010a3034a00f300d06096086480165030402030500"
     "a11c301a06092a864886f70d010108300d06096086480165030402030500a203020140"},
    {{SignatureKind::ecdsa, HashId::sha2_256}, NID_ecdsa_with_SHA256, "300a06082a8648ce3d040302"},
    {{SignatureKind::ecdsa, HashId::sha2_384}, NID_ecdsa_with_SHA384, "300a06082a8648ce3d040303"},
    {{SignatureKind::ecdsa, HashId::sha2_512}, NID_ecdsa_with_SHA512, "300a06082a8648ce3d040304"},
});

constexpr std::string_view ed25519_der = "300506032b6570";
constexpr std::string_view ed448_der = "300506032b6571";
constexpr SignatureScheme eddsa{SignatureKind::eddsa, HashId::identity};

struct FreeAsn1 {
  void operator()(X509_ALGOR* algorithm) const noexcept { X509_ALGOR_free(algorithm); }
  void operator()(RSA_PSS_PARAMS* parameters) const noexcept { RSA_PSS_PARAMS_free(parameters); }
};

template <class T>
using Asn1 = std::unique_ptr<T, FreeAsn1>;

// Parameters are NULL or missing: both are about (RFC 7427, 3; RFC 4055, 2.1).
auto has_no_parameters(const X509_ALGOR& algorithm) noexcept -> bool {
  int type = V_ASN1_UNDEF;
  X509_ALGOR_get0(nullptr, &type, nullptr, &algorithm);
  return type == V_ASN1_UNDEF || type == V_ASN1_NULL;
}

auto nid_of(const X509_ALGOR& algorithm) noexcept -> int {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, &algorithm);
  return OBJ_obj2nid(object);
}

auto hash_of(const X509_ALGOR* algorithm) noexcept -> std::optional<HashId> {
  if (algorithm == nullptr || !has_no_parameters(*algorithm)) return std::nullopt;
  switch (nid_of(*algorithm)) {
    case NID_sha256: return HashId::sha2_256;
    case NID_sha384: return HashId::sha2_384;
    case NID_sha512: return HashId::sha2_512;
    default:         return std::nullopt;
  }
}

auto size_of(HashId hash) noexcept -> long {
  if (hash == HashId::sha2_256) return 32;
  return hash == HashId::sha2_384 ? 48 : 64;
}

auto unpack(const X509_ALGOR& algorithm) -> Asn1<RSA_PSS_PARAMS> {
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, &algorithm);
  if (type != V_ASN1_SEQUENCE) return nullptr;
  return Asn1<RSA_PSS_PARAMS>(static_cast<RSA_PSS_PARAMS*>(
      ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), ASN1_ITEM_rptr(RSA_PSS_PARAMS))));
}

// Absent parameters mean SHA-1 (RFC 7427, A.4.1 and A.4.2), which we do not take.
auto parse_pss(const X509_ALGOR& algorithm) -> Result<SignatureScheme> {
  const auto parameters = unpack(algorithm);
  if (parameters == nullptr) return failure(Code::unsupported);
  const auto hash = hash_of(parameters->hashAlgorithm);
  const auto* const mask = parameters->maskGenAlgorithm;
  if (!hash || mask == nullptr || nid_of(*mask) != NID_mgf1) return failure(Code::unsupported);
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, mask);
  if (type != V_ASN1_SEQUENCE) return failure(Code::bad_value);
  const Asn1<X509_ALGOR> mask_hash(static_cast<X509_ALGOR*>(
      ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), ASN1_ITEM_rptr(X509_ALGOR))));
  if (hash_of(mask_hash.get()) != hash) return failure(Code::unsupported);
  const auto* const salt = parameters->saltLength;
  const auto* const trailer = parameters->trailerField;
  if (salt == nullptr || ASN1_INTEGER_get(salt) != size_of(*hash) ||
      (trailer != nullptr && ASN1_INTEGER_get(trailer) != 1)) {
    return failure(Code::unsupported);
  }
  return SignatureScheme{SignatureKind::rsa_pss, *hash};
}

auto parse_scheme(const X509_ALGOR& algorithm, KeyType type) -> Result<SignatureScheme> {
  const auto nid = nid_of(algorithm);
  if (nid == NID_rsassaPss) return parse_pss(algorithm);
  if (!has_no_parameters(algorithm)) return failure(Code::bad_value);
  if (nid == NID_ED25519 && type == KeyType::ed25519) return eddsa;
  if (nid == NID_ED448 && type == KeyType::ed448) return eddsa;
  for (const auto& row : rows) {
    if (row.nid == nid) return row.scheme;
  }
  return failure(Code::unsupported);
}

auto hash_name(HashId hash) -> std::string {
  const auto* const row = iana::find_row(iana::hash_ids, hash);
  return std::string(row == nullptr ? "an unknown hash" : row->name);
}

}  // namespace

auto to_text(const SignatureScheme& scheme) -> std::string {
  switch (scheme.kind) {
    case SignatureKind::rsa_pkcs1: return "RSA with " + hash_name(scheme.hash);
    case SignatureKind::rsa_pss:   return "RSA-PSS with " + hash_name(scheme.hash);
    case SignatureKind::ecdsa:     return "ECDSA with " + hash_name(scheme.hash);
    case SignatureKind::eddsa:     return "EdDSA";
  }
  core::bug();
}

auto algorithm_identifier(KeyType type, const SignatureScheme& scheme) -> Result<Bytes> {
  if (!openssl::fits(type, scheme)) return failure(Code::unsupported);
  if (type == KeyType::ed25519) return core::from_hex(ed25519_der);
  if (type == KeyType::ed448) return core::from_hex(ed448_der);
  for (const auto& row : rows) {
    if (row.scheme == scheme) return core::from_hex(row.der);
  }
  return failure(Code::unsupported);
}

auto parse_algorithm_identifier(KeyType type, View der) -> Result<SignatureScheme> {
  const auto* from = openssl::octets(der);
  const Asn1<X509_ALGOR> algorithm(d2i_X509_ALGOR(nullptr, &from, openssl::int_size(der)));
  ERR_clear_error();
  if (algorithm == nullptr || from != openssl::octets(der) + der.size()) {
    return failure(Code::bad_value);
  }
  const auto scheme = TRY(parse_scheme(*algorithm, type));
  if (!openssl::fits(type, scheme)) return failure(Code::unsupported);
  return scheme;
}

auto sha1(View bytes) -> std::array<std::byte, 20> {
  // EVP_sha1() would be looked for in OpenSSL's tables each time.
  static const openssl::Handle<EVP_MD> algorithm(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  std::array<std::byte, 20> digest{};
  auto* const out = openssl::octets(core::MutableView(digest));
  core::ensure(EVP_Digest(bytes.data(), bytes.size(), out, nullptr, algorithm.get(), nullptr) == 1);
  return digest;
}

}  // namespace esplanade::crypto
