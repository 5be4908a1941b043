#include "ike/auth/schemes.h"

#include "core/reader.h"

#include <algorithm>
#include <array>

namespace esplanade::ike::auth {
namespace {

using core::Bytes;
using core::Code;
using core::failure;
using core::Result;
using core::View;
using crypto::KeyType;
using crypto::SignatureKind;
using crypto::SignatureScheme;
using iana::AuthMethod;
using iana::HashId;

constexpr auto rsa_schemes = std::to_array<SignatureScheme>({
    {SignatureKind::rsa_pss, HashId::sha2_512},
    {SignatureKind::rsa_pss, HashId::sha2_384},
    {SignatureKind::rsa_pss, HashId::sha2_256},
    {SignatureKind::rsa_pkcs1, HashId::sha2_512},
    {SignatureKind::rsa_pkcs1, HashId::sha2_384},
    {SignatureKind::rsa_pkcs1, HashId::sha2_256},
});

// A hash as long as the curve first: a longer one adds nothing, a shorter one takes away.
constexpr auto p256_schemes = std::to_array<SignatureScheme>({
    {SignatureKind::ecdsa, HashId::sha2_256},
    {SignatureKind::ecdsa, HashId::sha2_384},
    {SignatureKind::ecdsa, HashId::sha2_512},
});
constexpr auto p384_schemes = std::to_array<SignatureScheme>({
    {SignatureKind::ecdsa, HashId::sha2_384},
    {SignatureKind::ecdsa, HashId::sha2_512},
    {SignatureKind::ecdsa, HashId::sha2_256},
});
constexpr auto p521_schemes = std::to_array<SignatureScheme>({
    {SignatureKind::ecdsa, HashId::sha2_512},
    {SignatureKind::ecdsa, HashId::sha2_384},
    {SignatureKind::ecdsa, HashId::sha2_256},
});
constexpr auto eddsa_schemes =
    std::to_array<SignatureScheme>({{SignatureKind::eddsa, HashId::identity}});

struct OldEcdsa {
  AuthMethod method;
  KeyType type;
  HashId hash;
};

// RFC 4754, 3: each method has its curve and its hash.
constexpr auto old_ecdsa = std::to_array<OldEcdsa>({
    {AuthMethod::ecdsa_sha256_p256, KeyType::ecdsa_p256, HashId::sha2_256},
    {AuthMethod::ecdsa_sha384_p384, KeyType::ecdsa_p384, HashId::sha2_384},
    {AuthMethod::ecdsa_sha512_p521, KeyType::ecdsa_p521, HashId::sha2_512},
});

auto octets_of(HashId hash) noexcept -> std::size_t {
  switch (hash) {
    case HashId::sha1:     return 20;
    case HashId::sha2_256: return 32;
    case HashId::sha2_384: return 48;
    case HashId::sha2_512: return 64;
    case HashId::identity: return 0;
  }
  core::bug();
}

// Hash and salt of PSS have to fit into the modulus (RFC 8017, 9.1.1).
auto has_room(const crypto::PublicKey& key, const SignatureScheme& scheme) -> bool {
  if (scheme.kind != SignatureKind::rsa_pss) return true;
  return key.bits() >= 8 * (2 * octets_of(scheme.hash) + 2);
}

auto all_schemes_of(KeyType type) noexcept -> std::span<const SignatureScheme> {
  switch (type) {
    case KeyType::rsa:        return rsa_schemes;
    case KeyType::ecdsa_p256: return p256_schemes;
    case KeyType::ecdsa_p384: return p384_schemes;
    case KeyType::ecdsa_p521: return p521_schemes;
    case KeyType::ed25519:
    case KeyType::ed448:      return eddsa_schemes;
  }
  core::bug();
}

// ASN.1 length | AlgorithmIdentifier | signature (RFC 7427, 3).
auto parse_digital_signature(View data, KeyType type) -> Result<ParsedSignature> {
  core::Reader r(data);
  const auto identifier = r.take(r.u8());
  const auto signature = r.rest();
  if (!r.finished()) return failure(Code::bad_value);
  const auto scheme = TRY(crypto::parse_algorithm_identifier(type, identifier));
  return ParsedSignature{.schemes = {scheme}, .signature = {signature.begin(), signature.end()}};
}

auto parse_rsa(View data, KeyType type) -> Result<ParsedSignature> {
  if (type != KeyType::rsa) return failure(Code::unsupported);
  ParsedSignature parsed{.schemes = {}, .signature = {data.begin(), data.end()}};
  for (const auto hash : {HashId::sha2_256, HashId::sha2_384, HashId::sha2_512, HashId::sha1}) {
    parsed.schemes.push_back({SignatureKind::rsa_pkcs1, hash});
  }
  return parsed;
}

auto parse_old_ecdsa(const wire::AuthPayload& auth, KeyType type) -> Result<ParsedSignature> {
  const auto it = std::ranges::find(old_ecdsa, auth.method, &OldEcdsa::method);
  if (it == old_ecdsa.end() || it->type != type) return failure(Code::unsupported);
  auto der = crypto::ecdsa_from_raw(auth.data, type);
  if (!der) return failure(Code::bad_value);
  return ParsedSignature{.schemes = {{SignatureKind::ecdsa, it->hash}},
                         .signature = *std::move(der)};
}

}  // namespace

auto schemes_of(const crypto::PublicKey& key) -> std::vector<SignatureScheme> {
  std::vector<SignatureScheme> schemes;
  std::ranges::copy_if(all_schemes_of(key.type()), std::back_inserter(schemes),
                       [&](const auto& scheme) { return has_room(key, scheme); });
  return schemes;
}

auto old_method_of(KeyType type, const SignatureScheme& scheme) -> std::optional<AuthMethod> {
  if (scheme.kind == SignatureKind::rsa_pkcs1) return AuthMethod::rsa_digital_signature;
  const auto it = std::ranges::find(old_ecdsa, type, &OldEcdsa::type);
  if (it == old_ecdsa.end() || it->hash != scheme.hash) return std::nullopt;
  return it->method;
}

auto auth_data(AuthMethod method, KeyType type, const SignatureScheme& scheme, View signature)
    -> Result<Bytes> {
  if (method != AuthMethod::digital_signature) {
    if (scheme.kind == SignatureKind::ecdsa) return crypto::ecdsa_to_raw(signature, type);
    return Bytes(signature.begin(), signature.end());
  }
  const auto identifier = TRY(crypto::algorithm_identifier(type, scheme));
  core::ensure(identifier.size() <= 0xff);
  Bytes data{static_cast<std::byte>(identifier.size())};
  data.insert(data.end(), identifier.begin(), identifier.end());
  data.insert(data.end(), signature.begin(), signature.end());
  return data;
}

auto parse_signature(const wire::AuthPayload& auth, KeyType type) -> Result<ParsedSignature> {
  using enum AuthMethod;
  switch (auth.method) {
    case digital_signature:                 return parse_digital_signature(auth.data, type);
    case rsa_digital_signature:             return parse_rsa(auth.data, type);
    case ecdsa_sha256_p256:
    case ecdsa_sha384_p384:
    case ecdsa_sha512_p521:                 return parse_old_ecdsa(auth, type);
    case shared_key_message_integrity_code:
    case dss_digital_signature:
    case generic_secure_password:
    case null:                              break;
  }
  return failure(Code::unsupported);
}

auto name_of(KeyType type) -> std::string {
  switch (type) {
    case KeyType::rsa:        return "RSA";
    case KeyType::ecdsa_p256: return "ECDSA P-256";
    case KeyType::ecdsa_p384: return "ECDSA P-384";
    case KeyType::ecdsa_p521: return "ECDSA P-521";
    case KeyType::ed25519:    return "Ed25519";
    case KeyType::ed448:      return "Ed448";
  }
  core::bug();
}

auto name_of(AuthMethod method) -> std::string {
  switch (method) {
    case AuthMethod::rsa_digital_signature:             return "an RSA signature";
    case AuthMethod::shared_key_message_integrity_code: return "a pre-shared key";
    case AuthMethod::dss_digital_signature:             return "a DSS signature";
    case AuthMethod::ecdsa_sha256_p256:
    case AuthMethod::ecdsa_sha384_p384:
    case AuthMethod::ecdsa_sha512_p521:                 return "an ECDSA signature";
    case AuthMethod::generic_secure_password:           return "a secure password (RFC 6467)";
    case AuthMethod::null:                              return "nothing at all (NULL)";
    case AuthMethod::digital_signature:                 return "a digital signature";
  }
  return "authentication method " + std::to_string(std::to_underlying(method));
}

}  // namespace esplanade::ike::auth
