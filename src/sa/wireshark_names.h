// Wireshark's words for algorithms, as its esp_sa table has them, and names in the same pattern for
// what it has no word for. Of several words for one algorithm the first is the one to write: with
// it tshark strips the ICV.
//
// An AEAD stands in the table with "NULL" for its authentication, or with a word that only says how
// long its ICV is.
#pragma once

#include "iana/ikev2_transforms.h"

#include <array>
#include <string_view>

namespace esplanade::sa {

template <class Id>
struct WiresharkName {
  Id id;
  std::string_view name;
};

namespace wireshark {

using iana::EncryptionId;
using iana::IntegrityId;

inline constexpr std::string_view null = "NULL";

inline constexpr auto encryption = std::to_array<WiresharkName<EncryptionId>>({
    {EncryptionId::encr_null, null},
    {EncryptionId::encr_3des, "TripleDES-CBC [RFC2451]"},
    {EncryptionId::encr_aes_cbc, "AES-CBC [RFC3602]"},
    {EncryptionId::encr_aes_ctr, "AES-CTR [RFC3686]"},
    {EncryptionId::encr_aes_ccm_8, "AES-CCM with 8 octet ICV [RFC4309]"},
    {EncryptionId::encr_aes_ccm_12, "AES-CCM with 12 octet ICV [RFC4309]"},
    {EncryptionId::encr_aes_ccm_16, "AES-CCM with 16 octet ICV [RFC4309]"},
    {EncryptionId::encr_aes_gcm_8, "AES-GCM with 8 octet ICV [RFC4106]"},
    {EncryptionId::encr_aes_gcm_12, "AES-GCM with 12 octet ICV [RFC4106]"},
    {EncryptionId::encr_aes_gcm_16, "AES-GCM with 16 octet ICV [RFC4106]"},
    {EncryptionId::encr_null_auth_aes_gmac, "AES-GMAC [RFC4543]"},
    {EncryptionId::encr_camellia_cbc, "Camellia-CBC [RFC5529]"},
    {EncryptionId::encr_chacha20_poly1305, "ChaCha20 with Poly1305 [RFC7634]"},
    {EncryptionId::encr_aes_ccm_8_iiv, "AES-CCM with 8 octet ICV and implicit IV [RFC8750]"},
    {EncryptionId::encr_aes_gcm_16_iiv, "AES-GCM with 16 octet ICV and implicit IV [RFC8750]"},
    {EncryptionId::encr_chacha20_poly1305_iiv, "ChaCha20 with Poly1305 and implicit IV [RFC8750]"},
});

/// Says nothing of its ICV: the column beside it does, and 16 octets are meant where that is
/// "NULL".
inline constexpr std::string_view any_gcm = "AES-GCM [RFC4106]";

inline constexpr auto integrity = std::to_array<WiresharkName<IntegrityId>>({
    {IntegrityId::auth_hmac_sha1_96, "HMAC-SHA-1-96 [RFC2404]"},
    {IntegrityId::auth_aes_xcbc_96, "AES-XCBC-MAC-96 [RFC3566]"},
    {IntegrityId::auth_aes_cmac_96, "AES-CMAC-96 [RFC4494]"},
    {IntegrityId::auth_aes_128_gmac, "AES-GMAC [RFC4543]"},
    {IntegrityId::auth_aes_192_gmac, "AES-GMAC [RFC4543]"},
    {IntegrityId::auth_aes_256_gmac, "AES-GMAC [RFC4543]"},
    {IntegrityId::auth_hmac_sha2_256_128, "HMAC-SHA-256-128 [RFC4868]"},
    {IntegrityId::auth_hmac_sha2_384_192, "HMAC-SHA-384-192 [RFC4868]"},
    {IntegrityId::auth_hmac_sha2_512_256, "HMAC-SHA-512-256 [RFC4868]"},
});

/// "ANY 128 bit authentication [no checking]", by octets of the ICV.
inline constexpr auto any_icv = std::to_array<WiresharkName<std::uint8_t>>({
    {8, "ANY 64 bit authentication [no checking]"},
    {12, "ANY 96 bit authentication [no checking]"},
    {16, "ANY 128 bit authentication [no checking]"},
    {24, "ANY 192 bit authentication [no checking]"},
    {32, "ANY 256 bit authentication [no checking]"},
});

}  // namespace wireshark
}  // namespace esplanade::sa
