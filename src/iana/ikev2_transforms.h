// IANA "Internet Key Exchange Version 2 (IKEv2) Parameters": transform IDs, the rows this program
// provides or refuses by name. Copied 2026-11-23.
#pragma once

#include "iana/registry.h"

#include <cstdint>

namespace esplanade::iana {

/// ikev2-parameters-5, Transform Type 1: Encryption Algorithm Transform IDs.
enum class EncryptionId : std::uint16_t {
  encr_null = 11,
  encr_aes_cbc = 12,
  encr_aes_gcm_16 = 20,
};

inline constexpr auto encryption_ids = std::to_array<Row<EncryptionId>>({
    {EncryptionId::encr_null, "ENCR_NULL", "RFC 2410"},
    {EncryptionId::encr_aes_cbc, "ENCR_AES_CBC", "RFC 3602"},
    {EncryptionId::encr_aes_gcm_16, "ENCR_AES_GCM_16", "RFC 4106"},
});
static_assert(is_sorted_and_unique(encryption_ids));

/// ikev2-parameters-7, Transform Type 3: Integrity Algorithm Transform IDs.
enum class IntegrityId : std::uint16_t {
  none = 0,
  auth_hmac_sha2_256_128 = 12,
};

inline constexpr auto integrity_ids = std::to_array<Row<IntegrityId>>({
    {IntegrityId::none, "NONE", "RFC 7296"},
    {IntegrityId::auth_hmac_sha2_256_128, "AUTH_HMAC_SHA2_256_128", "RFC 4868"},
});
static_assert(is_sorted_and_unique(integrity_ids));

/// ikev2-parameters-9, Transform Type 5: Sequence Numbers (RFC 9827; before, "ESN").
enum class SequenceNumbersId : std::uint16_t {
  sequential_32_bit = 0,
  partial_64_bit_sequential = 1,
};

}  // namespace esplanade::iana
