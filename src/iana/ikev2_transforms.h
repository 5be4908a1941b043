// IANA "Internet Key Exchange Version 2 (IKEv2) Parameters": transform types and IDs, all that a
// peer may offer and a log should call by name. What of them this program provides, crypto/registry
// says. Copied 2026-11-23.
#pragma once

#include "iana/registry.h"

#include <cstdint>

namespace esplanade::iana {

/// ikev2-parameters-3, Transform Type Values.
enum class TransformType : std::uint8_t {
  encryption = 1,
  pseudorandom_function = 2,
  integrity = 3,
  key_exchange_method = 4,
  sequence_numbers = 5,
};

inline constexpr auto transform_types = std::to_array<Row<TransformType>>({
    {TransformType::encryption, "ENCR", "RFC 7296"},
    {TransformType::pseudorandom_function, "PRF", "RFC 7296"},
    {TransformType::integrity, "INTEG", "RFC 7296"},
    {TransformType::key_exchange_method, "KE", "RFC 7296, RFC 9370"},
    {TransformType::sequence_numbers, "SN", "RFC 7296, RFC 9827"},
});
static_assert(is_sorted_and_unique(transform_types));

/// ikev2-parameters-5, Transform Type 1: Encryption Algorithm Transform IDs.
enum class EncryptionId : std::uint16_t {
  encr_des_iv64 = 1,
  encr_des = 2,
  encr_3des = 3,
  encr_rc5 = 4,
  encr_idea = 5,
  encr_cast = 6,
  encr_blowfish = 7,
  encr_3idea = 8,
  encr_des_iv32 = 9,
  encr_null = 11,
  encr_aes_cbc = 12,
  encr_aes_ctr = 13,
  encr_aes_ccm_8 = 14,
  encr_aes_ccm_12 = 15,
  encr_aes_ccm_16 = 16,
  encr_aes_gcm_8 = 18,
  encr_aes_gcm_12 = 19,
  encr_aes_gcm_16 = 20,
  encr_null_auth_aes_gmac = 21,
  encr_camellia_cbc = 23,
  encr_camellia_ctr = 24,
  encr_camellia_ccm_8 = 25,
  encr_camellia_ccm_12 = 26,
  encr_camellia_ccm_16 = 27,
  encr_chacha20_poly1305 = 28,
  encr_aes_ccm_8_iiv = 29,
  encr_aes_gcm_16_iiv = 30,
  encr_chacha20_poly1305_iiv = 31,
};

inline constexpr auto encryption_ids = std::to_array<Row<EncryptionId>>({
    {EncryptionId::encr_des_iv64, "ENCR_DES_IV64", "RFC 1827"},
    {EncryptionId::encr_des, "ENCR_DES", "RFC 2405"},
    {EncryptionId::encr_3des, "ENCR_3DES", "RFC 2451"},
    {EncryptionId::encr_rc5, "ENCR_RC5", "RFC 2451"},
    {EncryptionId::encr_idea, "ENCR_IDEA", "RFC 2451"},
    {EncryptionId::encr_cast, "ENCR_CAST", "RFC 2451"},
    {EncryptionId::encr_blowfish, "ENCR_BLOWFISH", "RFC 2451"},
    {EncryptionId::encr_3idea, "ENCR_3IDEA", "RFC 7296"},
    {EncryptionId::encr_des_iv32, "ENCR_DES_IV32", "RFC 7296"},
    {EncryptionId::encr_null, "ENCR_NULL", "RFC 2410"},
    {EncryptionId::encr_aes_cbc, "ENCR_AES_CBC", "RFC 3602"},
    {EncryptionId::encr_aes_ctr, "ENCR_AES_CTR", "RFC 3686"},
    {EncryptionId::encr_aes_ccm_8, "ENCR_AES_CCM_8", "RFC 4309"},
    {EncryptionId::encr_aes_ccm_12, "ENCR_AES_CCM_12", "RFC 4309"},
    {EncryptionId::encr_aes_ccm_16, "ENCR_AES_CCM_16", "RFC 4309"},
    {EncryptionId::encr_aes_gcm_8, "ENCR_AES_GCM_8", "RFC 4106"},
    {EncryptionId::encr_aes_gcm_12, "ENCR_AES_GCM_12", "RFC 4106"},
    {EncryptionId::encr_aes_gcm_16, "ENCR_AES_GCM_16", "RFC 4106"},
    {EncryptionId::encr_null_auth_aes_gmac, "ENCR_NULL_AUTH_AES_GMAC", "RFC 4543"},
    {EncryptionId::encr_camellia_cbc, "ENCR_CAMELLIA_CBC", "RFC 5529"},
    {EncryptionId::encr_camellia_ctr, "ENCR_CAMELLIA_CTR", "RFC 5529"},
    {EncryptionId::encr_camellia_ccm_8, "ENCR_CAMELLIA_CCM_8", "RFC 5529"},
    {EncryptionId::encr_camellia_ccm_12, "ENCR_CAMELLIA_CCM_12", "RFC 5529"},
    {EncryptionId::encr_camellia_ccm_16, "ENCR_CAMELLIA_CCM_16", "RFC 5529"},
    {EncryptionId::encr_chacha20_poly1305, "ENCR_CHACHA20_POLY1305", "RFC 7634"},
    {EncryptionId::encr_aes_ccm_8_iiv, "ENCR_AES_CCM_8_IIV", "RFC 8750"},
    {EncryptionId::encr_aes_gcm_16_iiv, "ENCR_AES_GCM_16_IIV", "RFC 8750"},
    {EncryptionId::encr_chacha20_poly1305_iiv, "ENCR_CHACHA20_POLY1305_IIV", "RFC 8750"},
});
static_assert(is_sorted_and_unique(encryption_ids));

/// ikev2-parameters-6, Transform Type 2: Pseudorandom Function Transform IDs.
enum class PrfId : std::uint16_t {
  prf_hmac_md5 = 1,
  prf_hmac_sha1 = 2,
  prf_hmac_tiger = 3,
  prf_aes128_xcbc = 4,
  prf_hmac_sha2_256 = 5,
  prf_hmac_sha2_384 = 6,
  prf_hmac_sha2_512 = 7,
  prf_aes128_cmac = 8,
};

inline constexpr auto prf_ids = std::to_array<Row<PrfId>>({
    {PrfId::prf_hmac_md5, "PRF_HMAC_MD5", "RFC 2104"},
    {PrfId::prf_hmac_sha1, "PRF_HMAC_SHA1", "RFC 2104"},
    {PrfId::prf_hmac_tiger, "PRF_HMAC_TIGER", "RFC 2104"},
    {PrfId::prf_aes128_xcbc, "PRF_AES128_XCBC", "RFC 4434"},
    {PrfId::prf_hmac_sha2_256, "PRF_HMAC_SHA2_256", "RFC 4868"},
    {PrfId::prf_hmac_sha2_384, "PRF_HMAC_SHA2_384", "RFC 4868"},
    {PrfId::prf_hmac_sha2_512, "PRF_HMAC_SHA2_512", "RFC 4868"},
    {PrfId::prf_aes128_cmac, "PRF_AES128_CMAC", "RFC 4615"},
});
static_assert(is_sorted_and_unique(prf_ids));

/// ikev2-parameters-7, Transform Type 3: Integrity Algorithm Transform IDs.
enum class IntegrityId : std::uint16_t {
  none = 0,
  auth_hmac_md5_96 = 1,
  auth_hmac_sha1_96 = 2,
  auth_des_mac = 3,
  auth_kpdk_md5 = 4,
  auth_aes_xcbc_96 = 5,
  auth_hmac_md5_128 = 6,
  auth_hmac_sha1_160 = 7,
  auth_aes_cmac_96 = 8,
  auth_aes_128_gmac = 9,
  auth_aes_192_gmac = 10,
  auth_aes_256_gmac = 11,
  auth_hmac_sha2_256_128 = 12,
  auth_hmac_sha2_384_192 = 13,
  auth_hmac_sha2_512_256 = 14,
};

inline constexpr auto integrity_ids = std::to_array<Row<IntegrityId>>({
    {IntegrityId::none, "NONE", "RFC 7296"},
    {IntegrityId::auth_hmac_md5_96, "AUTH_HMAC_MD5_96", "RFC 2403"},
    {IntegrityId::auth_hmac_sha1_96, "AUTH_HMAC_SHA1_96", "RFC 2404"},
    {IntegrityId::auth_des_mac, "AUTH_DES_MAC", "RFC 7296"},
    {IntegrityId::auth_kpdk_md5, "AUTH_KPDK_MD5", "RFC 1826"},
    {IntegrityId::auth_aes_xcbc_96, "AUTH_AES_XCBC_96", "RFC 3566"},
    {IntegrityId::auth_hmac_md5_128, "AUTH_HMAC_MD5_128", "RFC 4595"},
    {IntegrityId::auth_hmac_sha1_160, "AUTH_HMAC_SHA1_160", "RFC 4595"},
    {IntegrityId::auth_aes_cmac_96, "AUTH_AES_CMAC_96", "RFC 4494"},
    {IntegrityId::auth_aes_128_gmac, "AUTH_AES_128_GMAC", "RFC 4543"},
    {IntegrityId::auth_aes_192_gmac, "AUTH_AES_192_GMAC", "RFC 4543"},
    {IntegrityId::auth_aes_256_gmac, "AUTH_AES_256_GMAC", "RFC 4543"},
    {IntegrityId::auth_hmac_sha2_256_128, "AUTH_HMAC_SHA2_256_128", "RFC 4868"},
    {IntegrityId::auth_hmac_sha2_384_192, "AUTH_HMAC_SHA2_384_192", "RFC 4868"},
    {IntegrityId::auth_hmac_sha2_512_256, "AUTH_HMAC_SHA2_512_256", "RFC 4868"},
});
static_assert(is_sorted_and_unique(integrity_ids));

/// ikev2-parameters-8, Transform Type 4: Key Exchange Method Transform IDs.
enum class KeyExchangeId : std::uint16_t {
  none = 0,
  modp_768 = 1,
  modp_1024 = 2,
  modp_1536 = 5,
  modp_2048 = 14,
  modp_3072 = 15,
  modp_4096 = 16,
  modp_6144 = 17,
  modp_8192 = 18,
  ecp_256 = 19,
  ecp_384 = 20,
  ecp_521 = 21,
  modp_1024_160 = 22,
  modp_2048_224 = 23,
  modp_2048_256 = 24,
  ecp_192 = 25,
  ecp_224 = 26,
  brainpool_p224r1 = 27,
  brainpool_p256r1 = 28,
  brainpool_p384r1 = 29,
  brainpool_p512r1 = 30,
  curve25519 = 31,
  curve448 = 32,
  gost3410_2012_256 = 33,
  gost3410_2012_512 = 34,
  ml_kem_512 = 35,
  ml_kem_768 = 36,
  ml_kem_1024 = 37,
};

inline constexpr auto key_exchange_ids = std::to_array<Row<KeyExchangeId>>({
    {KeyExchangeId::none, "NONE", "RFC 7296"},
    {KeyExchangeId::modp_768, "MODP_768", "RFC 7296"},
    {KeyExchangeId::modp_1024, "MODP_1024", "RFC 7296"},
    {KeyExchangeId::modp_1536, "MODP_1536", "RFC 3526"},
    {KeyExchangeId::modp_2048, "MODP_2048", "RFC 3526"},
    {KeyExchangeId::modp_3072, "MODP_3072", "RFC 3526"},
    {KeyExchangeId::modp_4096, "MODP_4096", "RFC 3526"},
    {KeyExchangeId::modp_6144, "MODP_6144", "RFC 3526"},
    {KeyExchangeId::modp_8192, "MODP_8192", "RFC 3526"},
    {KeyExchangeId::ecp_256, "ECP_256", "RFC 5903"},
    {KeyExchangeId::ecp_384, "ECP_384", "RFC 5903"},
    {KeyExchangeId::ecp_521, "ECP_521", "RFC 5903"},
    {KeyExchangeId::modp_1024_160, "MODP_1024_160", "RFC 5114"},
    {KeyExchangeId::modp_2048_224, "MODP_2048_224", "RFC 5114"},
    {KeyExchangeId::modp_2048_256, "MODP_2048_256", "RFC 5114"},
    {KeyExchangeId::ecp_192, "ECP_192", "RFC 5114"},
    {KeyExchangeId::ecp_224, "ECP_224", "RFC 5114"},
    {KeyExchangeId::brainpool_p224r1, "BRAINPOOL_P224R1", "RFC 6954"},
    {KeyExchangeId::brainpool_p256r1, "BRAINPOOL_P256R1", "RFC 6954"},
    {KeyExchangeId::brainpool_p384r1, "BRAINPOOL_P384R1", "RFC 6954"},
    {KeyExchangeId::brainpool_p512r1, "BRAINPOOL_P512R1", "RFC 6954"},
    {KeyExchangeId::curve25519, "CURVE25519", "RFC 8031"},
    {KeyExchangeId::curve448, "CURVE448", "RFC 8031"},
    {KeyExchangeId::gost3410_2012_256, "GOST3410_2012_256", "RFC 9385"},
    {KeyExchangeId::gost3410_2012_512, "GOST3410_2012_512", "RFC 9385"},
    {KeyExchangeId::ml_kem_512, "ML_KEM_512", "draft-ietf-ipsecme-ikev2-mlkem"},
    {KeyExchangeId::ml_kem_768, "ML_KEM_768", "draft-ietf-ipsecme-ikev2-mlkem"},
    {KeyExchangeId::ml_kem_1024, "ML_KEM_1024", "draft-ietf-ipsecme-ikev2-mlkem"},
});
static_assert(is_sorted_and_unique(key_exchange_ids));

/// ikev2-parameters-9, Transform Type 5: Sequence Numbers (RFC 9827; before, "ESN").
enum class SequenceNumbersId : std::uint16_t {
  sequential_32_bit = 0,
  partial_64_bit_sequential = 1,
};

inline constexpr auto sequence_numbers_ids = std::to_array<Row<SequenceNumbersId>>({
    {SequenceNumbersId::sequential_32_bit, "NO_EXT_SEQ", "RFC 7296"},
    {SequenceNumbersId::partial_64_bit_sequential, "EXT_SEQ", "RFC 7296"},
});
static_assert(is_sorted_and_unique(sequence_numbers_ids));

}  // namespace esplanade::iana
