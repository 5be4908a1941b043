// Public keys of peers and private keys of ours, and the signatures of IKE_AUTH (RFC 7296, 2.15;
// RFC 4754, RFC 7427, RFC 8420).
//
// Threads: keys are read-only and shared.
#pragma once

#include "core/secret.h"
#include "iana/ikev2_messages.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace esplanade::crypto {

enum class KeyType : std::uint8_t { rsa, ecdsa_p256, ecdsa_p384, ecdsa_p521, ed25519, ed448 };

enum class SignatureKind : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa, eddsa };

/// How a signature is made. `hash` is identity for EdDSA. PSS: MGF1 with the same hash, salt as
/// long as the hash (RFC 8247, 3.2).
struct SignatureScheme {
  SignatureKind kind{};
  iana::HashId hash{};
  auto operator==(const SignatureScheme&) const -> bool = default;
};

/// "RSA-PSS with SHA2-256", "ECDSA with SHA2-384", "Ed25519"-like words for logs.
[[nodiscard]] auto to_text(const SignatureScheme& scheme) -> std::string;

/// DER of the AlgorithmIdentifier for an authentication method 14 (RFC 7427, appendix A). EdDSA
/// has one per curve. Errors: unsupported.
[[nodiscard]] auto algorithm_identifier(KeyType type, const SignatureScheme& scheme)
    -> core::Result<core::Bytes>;
/// The scheme an AlgorithmIdentifier stands for, if it fits the key. Errors: unsupported (also
/// RSA with SHA-1, ruled out by RFC 8247), malformed DER: bad_value.
[[nodiscard]] auto parse_algorithm_identifier(KeyType type, core::View der)
    -> core::Result<SignatureScheme>;

class PublicKey {
 public:
  PublicKey() = default;
  PublicKey(const PublicKey&) = delete;
  auto operator=(const PublicKey&) -> PublicKey& = delete;
  virtual ~PublicKey() = default;

  [[nodiscard]] virtual auto type() const noexcept -> KeyType = 0;
  [[nodiscard]] virtual auto bits() const noexcept -> unsigned = 0;
  /// SubjectPublicKeyInfo, DER.
  [[nodiscard]] virtual auto spki() const -> core::Bytes = 0;
  /// ECDSA signatures are DER here; the raw form of methods 9 to 11 is the caller's to convert
  /// with ecdsa_from_raw() (TRAP-SIG-01).
  [[nodiscard]] virtual auto verifies(const SignatureScheme& scheme, core::View message,
                                      core::View signature) const -> bool = 0;
};

class PrivateKey {
 public:
  PrivateKey() = default;
  PrivateKey(const PrivateKey&) = delete;
  auto operator=(const PrivateKey&) -> PrivateKey& = delete;
  virtual ~PrivateKey() = default;

  [[nodiscard]] virtual auto public_key() const -> const PublicKey& = 0;
  /// Errors: unsupported (a scheme of another key type).
  [[nodiscard]] virtual auto sign(const SignatureScheme& scheme, core::View message) const
      -> core::Result<core::Bytes> = 0;
};

/// PEM or DER: PKCS#8, encrypted PKCS#8 with `passphrase`, PKCS#1, SEC1. Errors: bad_value
/// (damaged, or a wrong passphrase), unsupported (a type or curve we have not).
[[nodiscard]] auto parse_private_key(core::View text, core::View passphrase = {})
    -> core::Result<std::shared_ptr<const PrivateKey>>;
/// PEM or DER of a SubjectPublicKeyInfo, or PEM of PKCS#1.
[[nodiscard]] auto parse_public_key(core::View text)
    -> core::Result<std::shared_ptr<const PublicKey>>;

/// r and s, each as long as the curve's order, from and to DER.
[[nodiscard]] auto ecdsa_to_raw(core::View der, KeyType type) -> core::Result<core::Bytes>;
[[nodiscard]] auto ecdsa_from_raw(core::View raw, KeyType type) -> core::Result<core::Bytes>;

/// SHA-1 of NAT detection and CERTREQ (RFC 7296, 2.23 and 3.7): names, not security.
[[nodiscard]] auto sha1(core::View bytes) -> std::array<std::byte, 20>;

}  // namespace esplanade::crypto
