// Signatures as AUTH carries them: which scheme a key may sign by, and how method and octets say so
// (RFC 7296, 3.8; RFC 4754; RFC 7427, 3).
//
// Errors of parse_signature(): unsupported (a method or algorithm we do not take, or one that does
// not fit the key), bad_value (not what the method says).
#pragma once

#include "crypto/signature.h"
#include "ike/wire/payloads.h"

#include <span>
#include <string>

namespace esplanade::ike::auth {

/// What a key of this kind can sign by, most preferred first, without what RFC 8247 rules out.
[[nodiscard]] auto schemes_of(const crypto::PublicKey& key) -> std::vector<crypto::SignatureScheme>;

/// The method of a peer that knows nothing of RFC 7427, if the scheme has one.
[[nodiscard]] auto old_method_of(crypto::KeyType type, const crypto::SignatureScheme& scheme)
    -> std::optional<iana::AuthMethod>;

/// A signature in the octets of `method`, which is digital_signature or old_method_of().
[[nodiscard]] auto auth_data(iana::AuthMethod method, crypto::KeyType type,
                             const crypto::SignatureScheme& scheme, core::View signature)
    -> core::Result<core::Bytes>;

struct ParsedSignature {
  /// More than one where the method does not tell the hash: RSA of method 1.
  std::vector<crypto::SignatureScheme> schemes;
  core::Bytes signature;  ///< as crypto::PublicKey takes it
};
[[nodiscard]] auto parse_signature(const wire::AuthPayload& auth, crypto::KeyType type)
    -> core::Result<ParsedSignature>;

/// "RSA", "ECDSA with P-256": for sentences.
[[nodiscard]] auto name_of(crypto::KeyType type) -> std::string;
/// "pre-shared key", "digital signature", ...
[[nodiscard]] auto name_of(iana::AuthMethod method) -> std::string;

}  // namespace esplanade::ike::auth
