// The keyed cryptography of one SA: an AEAD, or a cipher followed by integrity. An SA of AH has
// integrity beside a cipher that does nothing, or AES-GMAC as an AEAD that only authenticates.
//
//   auto suite = TRY(EspSuite::make(Protocol::esp, algorithms, keys, provider));
//
// Errors: unsupported (not provided, encryption without integrity, or an AEAD with integrity
// beside it: RFC 4301, 4.2; RFC 4303, 3.2.3), bad_key_length.  Threads: belongs to one worker.
#pragma once

#include "core/secret.h"
#include "crypto/provider.h"
#include "ipsec/prefetch.h"
#include "sa/sa_parameters.h"

#include <variant>

namespace esplanade::ipsec {

/// What the algorithms add to a packet, in octets.
struct EspSizes {
  std::uint8_t iv = 0;
  std::uint8_t align = 4;  ///< payload, padding and trailer together: a multiple of this
  std::uint8_t icv = 0;
};

/// What an AEAD does with the contents of a packet: AES-GMAC encrypts nothing (RFC 4543).
enum class AeadUse : std::uint8_t { encrypt, authenticate };

struct AeadSuite {
  AeadUse use{};
  std::uint8_t hot_lines = 0;  ///< of the AEAD, cache lines that are worth asking for
  std::unique_ptr<crypto::Aead> aead;
  core::Secret<4> salt;
};

struct EncryptThenMacSuite {
  std::unique_ptr<crypto::Cipher> cipher;
  std::unique_ptr<crypto::Integrity> integrity;
};

/// What a packet's IV is: its sequence number, which is new for every packet and all that a counter
/// mode asks for (RFC 4106, 3.1), or at random, since CBC's must not be foreseen (RFC 3602, 3).
enum class IvForm : std::uint8_t { number, random };

struct EspSuite {
  EspSizes sizes;
  IvForm iv_form{};
  std::variant<AeadSuite, EncryptThenMacSuite> keyed;

  /// Asks for keys to be in the cache soon, of an AEAD.
  void prefetch() const noexcept {
    const auto* const aead = std::get_if<AeadSuite>(&keyed);
    if (aead != nullptr) prefetch_lines(aead->aead.get(), aead->hot_lines);
  }

  [[nodiscard]] static auto make(sa::Protocol protocol, const sa::EspAlgorithms& algorithms,
                                 const sa::EspKeys& keys, crypto::Provider& provider)
      -> core::Result<EspSuite>;
};

}  // namespace esplanade::ipsec
