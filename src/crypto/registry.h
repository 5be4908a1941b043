// What the encryption and integrity algorithms of ESP and IKE look like, keyed by IKEv2 transform
// ID: the one place where key, IV, ICV and block sizes are written down.
//
// Units: octets unless the name says bits.
#pragma once

#include "core/result.h"
#include "iana/ikev2_transforms.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace esplanade::crypto {

struct EncryptionInfo {
  iana::EncryptionId id;
  std::string_view name;  ///< IANA's, from iana/ikev2_transforms.h
  std::span<const std::uint16_t>
      key_bits;             ///< the lengths allowed; one only or none: no Key Length attribute
  std::uint8_t salt_size;   ///< behind the key in key material (RFC 4106, 8.1)
  std::uint8_t iv_size;     ///< on the wire; 0 if there is none, or it is the number (RFC 8750)
  std::uint8_t nonce_size;  ///< salt and IV together for an AEAD, else 0
  std::uint8_t block_size;  ///< the plaintext is padded to it; 1 for counter modes
  std::uint8_t icv_size;    ///< of an AEAD, else 0
  bool is_counter_mode;     ///< a repeated IV breaks it
  std::string_view reference;

  [[nodiscard]] constexpr auto is_aead() const noexcept -> bool { return icv_size != 0; }
  /// The IV is the packet's sequence number and is not sent (RFC 8750).
  [[nodiscard]] constexpr auto has_implicit_iv() const noexcept -> bool {
    return is_aead() && iv_size == 0;
  }
  /// Nobody else can read the contents.
  [[nodiscard]] constexpr auto encrypts() const noexcept -> bool {
    return id != iana::EncryptionId::encr_null && !is_gmac();
  }
  /// All of the packet is associated data (RFC 4543).
  [[nodiscard]] constexpr auto is_gmac() const noexcept -> bool {
    return id == iana::EncryptionId::encr_null_auth_aes_gmac;
  }
};

struct IntegrityInfo {
  iana::IntegrityId id;
  std::string_view name;
  std::uint8_t key_size;
  std::uint8_t salt_size;  ///< behind the key in key material; 0 but for GMAC (RFC 4543, 5.4)
  std::uint8_t iv_size;    ///< in front of the ICV; 0 but for GMAC, which is AH's alone
  std::uint8_t icv_size;
  std::string_view reference;

  [[nodiscard]] constexpr auto is_gmac() const noexcept -> bool { return iv_size != 0; }
  /// HMAC takes a key of any length (RFC 2104, 3), though IPsec's have one (RFC 4868, 2.1.1).
  [[nodiscard]] constexpr auto is_hmac() const noexcept -> bool {
    return name.starts_with("AUTH_HMAC_");
  }
  /// Of key and salt.
  [[nodiscard]] constexpr auto material_size() const noexcept -> std::size_t {
    return std::size_t{key_size} + salt_size;
  }
};

/// Every encryption algorithm that can be provided, in the order of their transform IDs.
[[nodiscard]] auto encryption_algorithms() noexcept -> std::span<const EncryptionInfo>;
[[nodiscard]] auto integrity_algorithms() noexcept -> std::span<const IntegrityInfo>;

/// nullptr for what is not provided.
[[nodiscard]] auto find_encryption(iana::EncryptionId id) noexcept -> const EncryptionInfo*;
[[nodiscard]] auto find_integrity(iana::IntegrityId id) noexcept -> const IntegrityInfo*;

}  // namespace esplanade::crypto
