// An IKE SA as a line of Wireshark's ikev2_decryption_table, which Wireshark, tshark and
// `esplanade decode` read: SPIs, SK_ei, SK_er, encryption, SK_ai, SK_ar, integrity.
//
//   191ccd371a7a1f7b,bc123d15e4af593f,9096..,6718..,"AES-CBC-256 [RFC3602]",12d5..,30c4..,
//   "HMAC_SHA2_256_128 [RFC4868]"                                                   (one line)
//
// Such a line decrypts the IKE SA: it belongs where only its owner can read it.
#pragma once

#include "ike/keys/suite.h"

#include <array>
#include <string>
#include <string_view>

namespace esplanade::ike::keys {

/// Who knows a word: one that Wireshark does not makes it refuse the whole table.
enum class KnownTo : std::uint8_t { wireshark, esplanade };

struct EncryptionWord {
  iana::EncryptionId id;
  std::uint16_t key_bits;  ///< without salt
  std::string_view word;
  KnownTo known_to = KnownTo::wireshark;
};
struct IntegrityWord {
  iana::IntegrityId id;
  std::string_view word;
  KnownTo known_to = KnownTo::wireshark;
};

// Wireshark's words are those of version 4.0; for the rest IANA's names serve.
inline constexpr auto encryption_words = std::to_array<EncryptionWord>({
    {iana::EncryptionId::encr_3des, 192, "3DES [RFC2451]"},
    {iana::EncryptionId::encr_aes_cbc, 128, "AES-CBC-128 [RFC3602]"},
    {iana::EncryptionId::encr_aes_cbc, 192, "AES-CBC-192 [RFC3602]"},
    {iana::EncryptionId::encr_aes_cbc, 256, "AES-CBC-256 [RFC3602]"},
    {iana::EncryptionId::encr_aes_ctr, 128, "AES-CTR-128 [RFC5930]"},
    {iana::EncryptionId::encr_aes_ctr, 192, "AES-CTR-192 [RFC5930]"},
    {iana::EncryptionId::encr_aes_ctr, 256, "AES-CTR-256 [RFC5930]"},
    {iana::EncryptionId::encr_aes_ccm_8, 128, "AES-CCM-128 with 8 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_8, 192, "AES-CCM-192 with 8 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_8, 256, "AES-CCM-256 with 8 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_12, 128, "AES-CCM-128 with 12 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_12, 192, "AES-CCM-192 with 12 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_12, 256, "AES-CCM-256 with 12 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_16, 128, "AES-CCM-128 with 16 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_16, 192, "AES-CCM-192 with 16 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_ccm_16, 256, "AES-CCM-256 with 16 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_8, 128, "AES-GCM-128 with 8 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_8, 192, "AES-GCM-192 with 8 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_8, 256, "AES-GCM-256 with 8 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_12, 128, "AES-GCM-128 with 12 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_12, 192, "AES-GCM-192 with 12 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_12, 256, "AES-GCM-256 with 12 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_16, 128, "AES-GCM-128 with 16 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_16, 192, "AES-GCM-192 with 16 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_aes_gcm_16, 256, "AES-GCM-256 with 16 octet ICV [RFC5282]"},
    {iana::EncryptionId::encr_camellia_cbc, 128, "ENCR_CAMELLIA_CBC-128", KnownTo::esplanade},
    {iana::EncryptionId::encr_camellia_cbc, 192, "ENCR_CAMELLIA_CBC-192", KnownTo::esplanade},
    {iana::EncryptionId::encr_camellia_cbc, 256, "ENCR_CAMELLIA_CBC-256", KnownTo::esplanade},
    {iana::EncryptionId::encr_chacha20_poly1305, 256, "ENCR_CHACHA20_POLY1305", KnownTo::esplanade},
});

inline constexpr auto integrity_words = std::to_array<IntegrityWord>({
    {iana::IntegrityId::none, "NONE [RFC4306]"},
    {iana::IntegrityId::auth_hmac_md5_96, "HMAC_MD5_96 [RFC2403]"},
    {iana::IntegrityId::auth_hmac_sha1_96, "HMAC_SHA1_96 [RFC2404]"},
    {iana::IntegrityId::auth_hmac_md5_128, "HMAC_MD5_128 [RFC4595]"},
    {iana::IntegrityId::auth_hmac_sha1_160, "HMAC_SHA1_160 [RFC4595]"},
    {iana::IntegrityId::auth_hmac_sha2_256_128, "HMAC_SHA2_256_128 [RFC4868]"},
    {iana::IntegrityId::auth_hmac_sha2_384_192, "HMAC_SHA2_384_192 [RFC4868]"},
    {iana::IntegrityId::auth_hmac_sha2_512_256, "HMAC_SHA2_512_256 [RFC4868]"},
    {iana::IntegrityId::auth_aes_xcbc_96, "AUTH_AES_XCBC_96", KnownTo::esplanade},
    {iana::IntegrityId::auth_aes_cmac_96, "AUTH_AES_CMAC_96", KnownTo::esplanade},
});

/// nullptr for a word that neither we nor Wireshark know.
[[nodiscard]] auto find_encryption_word(std::string_view word) noexcept -> const EncryptionWord*;
[[nodiscard]] auto find_integrity_word(std::string_view word) noexcept -> const IntegrityWord*;

/// The line with its newline, behind "# " if it holds a word that Wireshark does not know: without
/// that mark `esplanade decode` reads it. The caller wipes it.
[[nodiscard]] auto ike_key_table_row(const IkeSuite& suite, const IkeKeys& keys,
                                     const IkeSpis& spis) -> std::string;

}  // namespace esplanade::ike::keys
