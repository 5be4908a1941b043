// The words of proposals: strongSwan's, one row each. Of several words for one transform the first
// is the one we write.
#pragma once

#include "sa/proposal.h"

#include <array>
#include <string_view>

namespace esplanade::sa {

/// Which protocols a word may serve, as bits.
using Protocols = std::uint8_t;

struct ProposalWord {
  std::string_view word;
  Transform transform;
  Protocols protocols = 0;
  /// Why it may not be configured, where that is so; a peer may still offer it.
  std::string_view refusal;
};

namespace words {

using iana::EncryptionId;
using iana::IntegrityId;
using iana::KeyExchangeId;
using iana::PrfId;
using iana::SequenceNumbersId;

constexpr auto bit(iana::SecurityProtocol protocol) noexcept -> Protocols {
  return static_cast<Protocols>(1U << std::to_underlying(protocol));
}
inline constexpr auto only_ike = bit(iana::SecurityProtocol::ike);
inline constexpr auto only_esp = bit(iana::SecurityProtocol::esp);
inline constexpr auto only_ah = bit(iana::SecurityProtocol::ah);
inline constexpr Protocols ike_esp = only_ike | only_esp;
inline constexpr Protocols esp_ah = only_esp | only_ah;
inline constexpr Protocols any = ike_esp | only_ah;

inline constexpr std::string_view rfc_8247 = "RFC 8247 rules it out";
inline constexpr std::string_view both_rfcs = "RFC 8221 and RFC 8247 rule it out";
inline constexpr std::string_view rfc_8221 = "RFC 8221 rules it out";
inline constexpr std::string_view too_short = "it is too short for RFC 8247";

inline constexpr auto all = std::to_array<ProposalWord>({
    {"aes128", transform(EncryptionId::encr_aes_cbc, 128), ike_esp},
    {"aes192", transform(EncryptionId::encr_aes_cbc, 192), ike_esp},
    {"aes256", transform(EncryptionId::encr_aes_cbc, 256), ike_esp},
    {"aes", transform(EncryptionId::encr_aes_cbc, 128), ike_esp},
    {"aes128gcm16", transform(EncryptionId::encr_aes_gcm_16, 128), ike_esp},
    {"aes192gcm16", transform(EncryptionId::encr_aes_gcm_16, 192), ike_esp},
    {"aes256gcm16", transform(EncryptionId::encr_aes_gcm_16, 256), ike_esp},
    {"aes128gcm", transform(EncryptionId::encr_aes_gcm_16, 128), ike_esp},
    {"aes192gcm", transform(EncryptionId::encr_aes_gcm_16, 192), ike_esp},
    {"aes256gcm", transform(EncryptionId::encr_aes_gcm_16, 256), ike_esp},
    {"aes128gcm128", transform(EncryptionId::encr_aes_gcm_16, 128), ike_esp},
    {"aes192gcm128", transform(EncryptionId::encr_aes_gcm_16, 192), ike_esp},
    {"aes256gcm128", transform(EncryptionId::encr_aes_gcm_16, 256), ike_esp},
    {"aes128gcm12", transform(EncryptionId::encr_aes_gcm_12, 128), ike_esp},
    {"aes192gcm12", transform(EncryptionId::encr_aes_gcm_12, 192), ike_esp},
    {"aes256gcm12", transform(EncryptionId::encr_aes_gcm_12, 256), ike_esp},
    {"aes128gcm96", transform(EncryptionId::encr_aes_gcm_12, 128), ike_esp},
    {"aes192gcm96", transform(EncryptionId::encr_aes_gcm_12, 192), ike_esp},
    {"aes256gcm96", transform(EncryptionId::encr_aes_gcm_12, 256), ike_esp},
    {"aes128gcm8", transform(EncryptionId::encr_aes_gcm_8, 128), ike_esp},
    {"aes192gcm8", transform(EncryptionId::encr_aes_gcm_8, 192), ike_esp},
    {"aes256gcm8", transform(EncryptionId::encr_aes_gcm_8, 256), ike_esp},
    {"aes128gcm64", transform(EncryptionId::encr_aes_gcm_8, 128), ike_esp},
    {"aes192gcm64", transform(EncryptionId::encr_aes_gcm_8, 192), ike_esp},
    {"aes256gcm64", transform(EncryptionId::encr_aes_gcm_8, 256), ike_esp},
    {"aes128ccm16", transform(EncryptionId::encr_aes_ccm_16, 128), ike_esp},
    {"aes192ccm16", transform(EncryptionId::encr_aes_ccm_16, 192), ike_esp},
    {"aes256ccm16", transform(EncryptionId::encr_aes_ccm_16, 256), ike_esp},
    {"aes128ccm", transform(EncryptionId::encr_aes_ccm_16, 128), ike_esp},
    {"aes192ccm", transform(EncryptionId::encr_aes_ccm_16, 192), ike_esp},
    {"aes256ccm", transform(EncryptionId::encr_aes_ccm_16, 256), ike_esp},
    {"aes128ccm128", transform(EncryptionId::encr_aes_ccm_16, 128), ike_esp},
    {"aes192ccm128", transform(EncryptionId::encr_aes_ccm_16, 192), ike_esp},
    {"aes256ccm128", transform(EncryptionId::encr_aes_ccm_16, 256), ike_esp},
    {"aes128ccm12", transform(EncryptionId::encr_aes_ccm_12, 128), ike_esp},
    {"aes192ccm12", transform(EncryptionId::encr_aes_ccm_12, 192), ike_esp},
    {"aes256ccm12", transform(EncryptionId::encr_aes_ccm_12, 256), ike_esp},
    {"aes128ccm96", transform(EncryptionId::encr_aes_ccm_12, 128), ike_esp},
    {"aes192ccm96", transform(EncryptionId::encr_aes_ccm_12, 192), ike_esp},
    {"aes256ccm96", transform(EncryptionId::encr_aes_ccm_12, 256), ike_esp},
    {"aes128ccm8", transform(EncryptionId::encr_aes_ccm_8, 128), ike_esp},
    {"aes192ccm8", transform(EncryptionId::encr_aes_ccm_8, 192), ike_esp},
    {"aes256ccm8", transform(EncryptionId::encr_aes_ccm_8, 256), ike_esp},
    {"aes128ccm64", transform(EncryptionId::encr_aes_ccm_8, 128), ike_esp},
    {"aes192ccm64", transform(EncryptionId::encr_aes_ccm_8, 192), ike_esp},
    {"aes256ccm64", transform(EncryptionId::encr_aes_ccm_8, 256), ike_esp},
    {"chacha20poly1305", transform(EncryptionId::encr_chacha20_poly1305), ike_esp},
    {"aes128ccm8iiv", transform(EncryptionId::encr_aes_ccm_8_iiv, 128), only_esp},
    {"aes192ccm8iiv", transform(EncryptionId::encr_aes_ccm_8_iiv, 192), only_esp},
    {"aes256ccm8iiv", transform(EncryptionId::encr_aes_ccm_8_iiv, 256), only_esp},
    {"aes128gcm16iiv", transform(EncryptionId::encr_aes_gcm_16_iiv, 128), only_esp},
    {"aes192gcm16iiv", transform(EncryptionId::encr_aes_gcm_16_iiv, 192), only_esp},
    {"aes256gcm16iiv", transform(EncryptionId::encr_aes_gcm_16_iiv, 256), only_esp},
    {"chacha20poly1305iiv", transform(EncryptionId::encr_chacha20_poly1305_iiv), only_esp},
    {"aes128ctr", transform(EncryptionId::encr_aes_ctr, 128), ike_esp},
    {"aes192ctr", transform(EncryptionId::encr_aes_ctr, 192), ike_esp},
    {"aes256ctr", transform(EncryptionId::encr_aes_ctr, 256), ike_esp},
    {"camellia128", transform(EncryptionId::encr_camellia_cbc, 128), ike_esp},
    {"camellia192", transform(EncryptionId::encr_camellia_cbc, 192), ike_esp},
    {"camellia256", transform(EncryptionId::encr_camellia_cbc, 256), ike_esp},
    {"camellia", transform(EncryptionId::encr_camellia_cbc, 128), ike_esp},
    {"3des", transform(EncryptionId::encr_3des), ike_esp},
    {"aes128gmac", transform(EncryptionId::encr_null_auth_aes_gmac, 128), only_esp},
    {"aes192gmac", transform(EncryptionId::encr_null_auth_aes_gmac, 192), only_esp},
    {"aes256gmac", transform(EncryptionId::encr_null_auth_aes_gmac, 256), only_esp},
    {"null", transform(EncryptionId::encr_null), only_esp},
    {"des", transform(EncryptionId::encr_des), ike_esp, both_rfcs},
    {"blowfish", transform(EncryptionId::encr_blowfish, 128), ike_esp, rfc_8221},
    {"blowfish128", transform(EncryptionId::encr_blowfish, 128), ike_esp, rfc_8221},
    {"blowfish192", transform(EncryptionId::encr_blowfish, 192), ike_esp, rfc_8221},
    {"blowfish256", transform(EncryptionId::encr_blowfish, 256), ike_esp, rfc_8221},
    {"sha256", transform(IntegrityId::auth_hmac_sha2_256_128), any},
    {"sha2_256", transform(IntegrityId::auth_hmac_sha2_256_128), any},
    {"sha256_128", transform(IntegrityId::auth_hmac_sha2_256_128), any},
    {"sha384", transform(IntegrityId::auth_hmac_sha2_384_192), any},
    {"sha2_384", transform(IntegrityId::auth_hmac_sha2_384_192), any},
    {"sha384_192", transform(IntegrityId::auth_hmac_sha2_384_192), any},
    {"sha512", transform(IntegrityId::auth_hmac_sha2_512_256), any},
    {"sha2_512", transform(IntegrityId::auth_hmac_sha2_512_256), any},
    {"sha512_256", transform(IntegrityId::auth_hmac_sha2_512_256), any},
    {"sha1", transform(IntegrityId::auth_hmac_sha1_96), any},
    {"sha", transform(IntegrityId::auth_hmac_sha1_96), any},
    {"aesxcbc", transform(IntegrityId::auth_aes_xcbc_96), any},
    {"aescmac", transform(IntegrityId::auth_aes_cmac_96), any},
    {"aes128gmac", transform(IntegrityId::auth_aes_128_gmac), only_ah},
    {"aes192gmac", transform(IntegrityId::auth_aes_192_gmac), only_ah},
    {"aes256gmac", transform(IntegrityId::auth_aes_256_gmac), only_ah},
    {"md5", transform(IntegrityId::auth_hmac_md5_96), any, both_rfcs},
    {"md5_128", transform(IntegrityId::auth_hmac_md5_128), any, both_rfcs},
    {"prfsha256", transform(PrfId::prf_hmac_sha2_256), only_ike},
    {"prfsha384", transform(PrfId::prf_hmac_sha2_384), only_ike},
    {"prfsha512", transform(PrfId::prf_hmac_sha2_512), only_ike},
    {"prfsha1", transform(PrfId::prf_hmac_sha1), only_ike},
    {"prfaesxcbc", transform(PrfId::prf_aes128_xcbc), only_ike},
    {"prfaescmac", transform(PrfId::prf_aes128_cmac), only_ike},
    {"prfmd5", transform(PrfId::prf_hmac_md5), only_ike, rfc_8247},
    {"x25519", transform(KeyExchangeId::curve25519), any},
    {"curve25519", transform(KeyExchangeId::curve25519), any},
    {"x448", transform(KeyExchangeId::curve448), any},
    {"curve448", transform(KeyExchangeId::curve448), any},
    {"ecp256", transform(KeyExchangeId::ecp_256), any},
    {"ecp384", transform(KeyExchangeId::ecp_384), any},
    {"ecp521", transform(KeyExchangeId::ecp_521), any},
    {"ecp224bp", transform(KeyExchangeId::brainpool_p224r1), any},
    {"ecp256bp", transform(KeyExchangeId::brainpool_p256r1), any},
    {"ecp384bp", transform(KeyExchangeId::brainpool_p384r1), any},
    {"ecp512bp", transform(KeyExchangeId::brainpool_p512r1), any},
    {"modp2048", transform(KeyExchangeId::modp_2048), any},
    {"modp3072", transform(KeyExchangeId::modp_3072), any},
    {"modp4096", transform(KeyExchangeId::modp_4096), any},
    {"modp6144", transform(KeyExchangeId::modp_6144), any},
    {"modp8192", transform(KeyExchangeId::modp_8192), any},
    {"modpnone", transform(KeyExchangeId::none), esp_ah},
    {"modp1536", transform(KeyExchangeId::modp_1536), any, rfc_8247},
    {"modp1024", transform(KeyExchangeId::modp_1024), any, rfc_8247},
    {"modp768", transform(KeyExchangeId::modp_768), any, rfc_8247},
    {"modp1024s160", transform(KeyExchangeId::modp_1024_160), any, rfc_8247},
    {"modp2048s224", transform(KeyExchangeId::modp_2048_224), any, rfc_8247},
    {"modp2048s256", transform(KeyExchangeId::modp_2048_256), any, rfc_8247},
    {"ecp192", transform(KeyExchangeId::ecp_192), any, too_short},
    {"ecp224", transform(KeyExchangeId::ecp_224), any, too_short},
    {"esn", transform(SequenceNumbersId::partial_64_bit_sequential), esp_ah},
    {"noesn", transform(SequenceNumbersId::sequential_32_bit), esp_ah},
});

}  // namespace words

}  // namespace esplanade::sa
