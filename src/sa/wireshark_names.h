// Wireshark's words for ESP algorithms, as its esp_sa table has them: those of version 4.0. One row
// is one pair of the table's columns "Encryption" and "Authentication".
//
// An AEAD stands there with a choice of words. The first row of an algorithm is the one to write:
// with it tshark strips the ICV.
#pragma once

#include "iana/ikev2_transforms.h"

#include <array>
#include <string_view>

namespace esplanade::sa {

struct WiresharkNames {
  iana::EncryptionId encryption;
  iana::IntegrityId integrity;
  std::string_view encryption_name;
  std::string_view integrity_name;
};

inline constexpr auto wireshark_names = std::to_array<WiresharkNames>({
    {iana::EncryptionId::encr_aes_gcm_16, iana::IntegrityId::none,
     "AES-GCM with 16 octet ICV [RFC4106]", "NULL"},
    {iana::EncryptionId::encr_aes_gcm_16, iana::IntegrityId::none,
     "AES-GCM with 16 octet ICV [RFC4106]", "ANY 128 bit authentication [no checking]"},
    {iana::EncryptionId::encr_aes_gcm_16, iana::IntegrityId::none, "AES-GCM [RFC4106]",
     "ANY 128 bit authentication [no checking]"},
    {iana::EncryptionId::encr_aes_gcm_16, iana::IntegrityId::none, "AES-GCM [RFC4106]", "NULL"},
    {iana::EncryptionId::encr_aes_cbc, iana::IntegrityId::auth_hmac_sha2_256_128,
     "AES-CBC [RFC3602]", "HMAC-SHA-256-128 [RFC4868]"},
});

}  // namespace esplanade::sa
