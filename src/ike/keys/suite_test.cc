// Expected keys were computed with Python's hmac and cryptography from the formulas of RFC 7296,
// 2.13 to 2.18.
#include "ike/keys/suite.h"

#include "crypto/openssl/provider.h"
#include "ike/keys/keys_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::keys {
namespace {

using core::Code;
using iana::EncryptionId;
using iana::IntegrityId;
using iana::KeyExchangeId;
using iana::PrfId;
using iana::SecurityProtocol;
using iana::SequenceNumbersId;
using sa::transform;
using test::hex_of;
using test::octets_from;

const auto ni = octets_from(0x00, 32);
const auto nr = octets_from(0x20, 32);
const auto shared = octets_from(0x60, 32);
const auto sk_d = octets_from(0x30, 32);
const Nonces nonces{.ni = ni, .nr = nr};
constexpr IkeSpis spis{.i = IkeSpi{0xc0c1c2c3c4c5c6c7}, .r = IkeSpi{0xd0d1d2d3d4d5d6d7}};

auto provider() -> crypto::Provider& { return crypto::openssl::provider(); }

// All keys in the order they are cut from prf+.
auto hex_of(const IkeKeys& keys) -> std::string {
  return hex_of(keys.sk_d) + hex_of(keys.i.sk_a) + hex_of(keys.r.sk_a) + hex_of(keys.i.sk_e) +
         hex_of(keys.r.sk_e) + hex_of(keys.i.sk_p) + hex_of(keys.r.sk_p);
}

auto gcm256(PrfId prf) -> IkeSuite {
  return {.encryption = EncryptionId::encr_aes_gcm_16, .key_bits = 256, .prf = prf};
}

auto ike_keys(const IkeSuite& suite) -> IkeKeys {
  return derive_ike_keys(provider(), suite, nonces, spis, shared).value();
}

TEST(DeriveIkeKeys, gives_an_aead_keys_with_salt_and_no_integrity_keys) {
  const auto keys = ike_keys(gcm256(PrfId::prf_hmac_sha2_256));

  EXPECT_EQ(keys.i.sk_e.size(), 36U);
  EXPECT_TRUE(keys.r.sk_a.empty());
  EXPECT_EQ(hex_of(keys),
            "cbaa7d69761ca2c51af8f7c2c8d2f2fc5ec00191aa3653535f87ccd3876e114bbbc2f27aa2063739"
            "9604361cc43befee6ef5ed0a7f43cbd5cbecf240a65c900dfa986b24de94fdfd310374f3fb63ef87"
            "81ab8460e1850342b8e3a228f030cd0062e65e1a975af1237d86c2d248737b0d362dbbf2c1a31d98"
            "29751295a747a1c5fb89eab2a1a7fd0a1563dbde6e1271bf7618d5794055bf5ad7e9fedede55a318"
            "70449e07c8565a02");
}

TEST(DeriveIkeKeys, follows_the_size_of_the_prf) {
  EXPECT_EQ(hex_of(ike_keys(gcm256(PrfId::prf_hmac_sha2_384))),
            "927a8325c07b04c50392278d649a877706e9af10e8f138c6051594bc66370c2318c9d785ab8a17f6"
            "61c78dd9256cb14b2e6a597a447d66fcdf995315e4bd48be8fecc3a9ce379b510a10c2b1071b58fc"
            "04607bb68af9053ec82067da6a4d97b398be1595cd11d72b16ea0e738dc8fa9161604880128bf07e"
            "6a6693397597ee36c5848e56a2f1441beba92f735c6e0cd3d58a55042770eac943fb9a8e804ef1a6"
            "397524e1278b62014378140fa6d8780796cbafdab594ca9c08e7705c7d22f6b5e057b65de9c18be3"
            "ea049d33c16e6eb75c42eb0f90c9a96b");
}

TEST(DeriveIkeKeys, puts_integrity_keys_before_encryption_keys) {
  const auto keys = ike_keys({.encryption = EncryptionId::encr_aes_cbc,
                              .key_bits = 128,
                              .integrity = IntegrityId::auth_hmac_sha2_256_128,
                              .prf = PrfId::prf_hmac_sha2_256});

  EXPECT_EQ(keys.i.sk_a.size(), 32U);
  EXPECT_EQ(keys.i.sk_e.size(), 16U);
  EXPECT_EQ(hex_of(keys),
            "cbaa7d69761ca2c51af8f7c2c8d2f2fc5ec00191aa3653535f87ccd3876e114bbbc2f27aa2063739"
            "9604361cc43befee6ef5ed0a7f43cbd5cbecf240a65c900dfa986b24de94fdfd310374f3fb63ef87"
            "81ab8460e1850342b8e3a228f030cd0062e65e1a975af1237d86c2d248737b0d362dbbf2c1a31d98"
            "29751295a747a1c5fb89eab2a1a7fd0a1563dbde6e1271bf7618d5794055bf5ad7e9fedede55a318"
            "70449e07c8565a02e6e38d242ed402615f74f3afc8e91be9bc043dc3496ddb90");
}

TEST(DeriveIkeKeys, takes_eight_octets_of_each_nonce_for_a_prf_with_a_fixed_key) {
  const IkeSuite suite{
      .encryption = EncryptionId::encr_aes_gcm_16, .key_bits = 128, .prf = PrfId::prf_aes128_cmac};

  EXPECT_EQ(hex_of(ike_keys(suite)),
            "6152ca20fa711b37d3ba8a5c65c96f91c54f926e4b44de88dfcd3c34d47e77b0f841e77501b61916"
            "8db7259b68ec663a4f84d8d7f24c3d14c09105851811d066a48c1f23c63449159738ace0c9d908b3"
            "15003e51e3003d8c");
}

TEST(DeriveRekeyedIkeKeys, makes_skeyseed_by_the_old_prf_and_the_keys_by_the_new) {
  const IkeSuite suite{.encryption = EncryptionId::encr_chacha20_poly1305,
                       .key_bits = 256,
                       .prf = PrfId::prf_hmac_sha2_512};
  const Predecessor old{.prf = PrfId::prf_hmac_sha2_256, .sk_d = sk_d};

  const auto keys = derive_rekeyed_ike_keys(provider(), suite, {old, shared}, nonces, spis).value();

  EXPECT_EQ(hex_of(keys),
            "d77bf8101ae151b5d54ffff293fd67f3b0f288d0007ec3431d3b7674b40974943672915adc919d6e"
            "5be3664396fd3c25046f82c0e7774f02067163fbf0d57f3fc325fb0f7737f2179476b562dca239b1"
            "c5ea7d5c0cdca71a5da86bebeae4a15343617af94800568775ecec1929ae5d4f7403dffbb82f0f72"
            "d86c27b13babf57f41bace2e22c82c56b9c7550de15044dcc74c1169dbb9d9785cc0e8afdb0274ae"
            "39cff8d8648c9db678f7bd8fbc438bfd494ceb8789c668c2b61b4c84ca289295cf6099c36510100a"
            "4721eaca3354bfb25983dd6f9c23991d7be84069e034db909cef009c27ef9622ebafde8267caac35"
            "a1f8b291df3a31a501a292e14147db7578854d7c71fc6046");
}

TEST(DeriveRekeyedIkeKeys, uses_whole_nonces_with_any_prf) {
  const auto old_key = octets_from(0x30, 16);
  const IkeSuite suite{
      .encryption = EncryptionId::encr_aes_gcm_16, .key_bits = 128, .prf = PrfId::prf_aes128_cmac};
  const Predecessor old{.prf = PrfId::prf_aes128_cmac, .sk_d = old_key};

  EXPECT_EQ(hex_of(derive_rekeyed_ike_keys(provider(), suite, {old, shared}, nonces, spis).value()),
            "f553006737ba2c85708cde2a3a1ca443006cb0912c6bdeb8decd72ce0b3729d93cfaa499776037ff"
            "7da4219ea7b8d9d71be28715f482037851a53d1a91d99ac6e3d5b4090a31d1ca29ee8f4b885d5069"
            "62594aeebb1bd76f");
}

auto hex_of(const sa::EspKeys& keys) -> std::string {
  return hex_of(keys.encryption) + hex_of(keys.integrity);
}

TEST(DeriveChildKeys, cuts_those_of_the_initiators_direction_first) {
  const Predecessor ike_sa{.prf = PrfId::prf_hmac_sha2_256, .sk_d = sk_d};
  const auto keys =
      derive_child_keys(provider(), ike_sa,
                        {.encryption = EncryptionId::encr_aes_gcm_16, .key_bits = 128}, nonces, {})
          .value();

  EXPECT_EQ(hex_of(keys.initiator_to_responder), "f4b450be8a9a04e4fef54a10b561630f2acd4f6c");
  EXPECT_EQ(hex_of(keys.responder_to_initiator), "37e5ee5c10a3d8bb2b4eb5a487c9aa87a77ca05c");
}

// RFC 4309, 7.1 and 4: for each direction 16 octets of key and 3 of salt.
TEST(DeriveChildKeys, cuts_a_salt_of_three_octets_for_ccm) {
  const Predecessor ike_sa{.prf = PrfId::prf_hmac_sha2_256, .sk_d = sk_d};
  const auto keys_of = [&](std::uint16_t bits) {
    return derive_child_keys(provider(), ike_sa,
                             {.encryption = EncryptionId::encr_aes_ccm_16, .key_bits = bits},
                             nonces, {})
        .value();
  };
  const auto keys = keys_of(128);

  EXPECT_EQ(hex_of(keys.initiator_to_responder), "f4b450be8a9a04e4fef54a10b561630f2acd4f");
  EXPECT_EQ(hex_of(keys.responder_to_initiator), "6c37e5ee5c10a3d8bb2b4eb5a487c9aa87a77c");
  EXPECT_EQ(keys_of(192).initiator_to_responder.encryption.size(), 27U);
  EXPECT_EQ(keys_of(256).initiator_to_responder.encryption.size(), 35U);
}

TEST(DeriveChildKeys, begins_the_seed_with_the_secret_of_a_key_exchange) {
  const Predecessor ike_sa{.prf = PrfId::prf_hmac_sha2_256, .sk_d = sk_d};
  const sa::EspAlgorithms cbc{.encryption = EncryptionId::encr_aes_cbc,
                              .key_bits = 256,
                              .integrity = IntegrityId::auth_hmac_sha2_256_128};

  const auto keys = derive_child_keys(provider(), ike_sa, cbc, nonces, shared).value();

  EXPECT_EQ(hex_of(keys.initiator_to_responder) + hex_of(keys.responder_to_initiator),
            "a98644fd7ad3c366c92ee7884c8f05ac89f44065251fe946d84ecb04e31643cca44ef3c4174da775"
            "f734dedb60c88c60e08c54dd42ab27d24c175e7b436f62e3a6525c35030f5c3c1cbd2bc812bb5f23"
            "669a817e060b5be17e2f684936b6182ed3da2415380d5b8d91d24a27ff45402721adf25fafede3f4"
            "c4a16ee3ec0091fc");
}

// RFC 7296, 2.17, and for the salt RFC 4543, 5.4: AH has no encryption key.
TEST(DeriveChildKeys, cuts_integrity_keys_alone_for_ah) {
  const Predecessor ike_sa{.prf = PrfId::prf_hmac_sha2_256, .sk_d = sk_d};
  const auto keys_of = [&](IntegrityId integrity) {
    return derive_child_keys(provider(), ike_sa,
                             {.encryption = EncryptionId::encr_null, .integrity = integrity},
                             nonces, {})
        .value();
  };
  const auto hmac = keys_of(IntegrityId::auth_hmac_sha2_256_128);
  const auto gmac = keys_of(IntegrityId::auth_aes_128_gmac);

  EXPECT_TRUE(hmac.initiator_to_responder.encryption.empty());
  EXPECT_EQ(hex_of(hmac.initiator_to_responder),
            "f4b450be8a9a04e4fef54a10b561630f2acd4f6c37e5ee5c10a3d8bb2b4eb5a4");
  EXPECT_EQ(hex_of(hmac.responder_to_initiator),
            "87c9aa87a77ca05c639e1dcd488fd637e024000998cd14374c2bbb3e51045ae2");
  EXPECT_EQ(hex_of(gmac.initiator_to_responder), "f4b450be8a9a04e4fef54a10b561630f2acd4f6c");
  EXPECT_EQ(hex_of(gmac.responder_to_initiator), "37e5ee5c10a3d8bb2b4eb5a487c9aa87a77ca05c");
}

// --- suites -------------------------------------------------------------------------------------

auto ike(std::vector<sa::Transform> transforms) -> sa::Proposal {
  return {.number = 1, .protocol = SecurityProtocol::ike, .transforms = std::move(transforms)};
}
auto esp(std::vector<sa::Transform> transforms) -> sa::Proposal {
  return {.number = 1, .protocol = SecurityProtocol::esp, .transforms = std::move(transforms)};
}

const auto gcm128 = transform(EncryptionId::encr_aes_gcm_16, 128);
const auto cbc256 = transform(EncryptionId::encr_aes_cbc, 256);
const auto prf = transform(PrfId::prf_hmac_sha2_256);
const auto sha256 = transform(IntegrityId::auth_hmac_sha2_256_128);
const auto group = transform(KeyExchangeId::curve25519);
const auto esn = transform(SequenceNumbersId::partial_64_bit_sequential);
const auto noesn = transform(SequenceNumbersId::sequential_32_bit);

TEST(IkeSuiteOf, reads_one_transform_of_each_type) {
  EXPECT_EQ(ike_suite_of(ike({cbc256, prf, sha256, group})).value(),
            (IkeSuite{.encryption = EncryptionId::encr_aes_cbc,
                      .key_bits = 256,
                      .integrity = IntegrityId::auth_hmac_sha2_256_128,
                      .prf = PrfId::prf_hmac_sha2_256,
                      .method = KeyExchangeId::curve25519}));
}

TEST(IkeSuiteOf, knows_the_key_length_of_what_has_only_one) {
  const auto chacha = transform(EncryptionId::encr_chacha20_poly1305);

  EXPECT_EQ(ike_suite_of(ike({chacha, prf, group}))->key_bits, 256);
}

auto code_of(const sa::Proposal& proposal) -> Code { return ike_suite_of(proposal).error().code; }

TEST(IkeSuiteOf, refuses_what_is_no_suite) {
  EXPECT_EQ(code_of(ike({cbc256, prf, group})), Code::bad_value) << "no integrity";
  EXPECT_EQ(code_of(ike({gcm128, sha256, prf, group})), Code::bad_value) << "too much integrity";
  EXPECT_EQ(code_of(ike({gcm128, prf})), Code::bad_value) << "no key exchange";
  EXPECT_EQ(code_of(ike({gcm128, group})), Code::bad_value) << "no PRF";
  EXPECT_EQ(code_of(ike({gcm128, cbc256, prf, group})), Code::bad_value) << "two ciphers";
  EXPECT_EQ(code_of(ike({transform(EncryptionId::encr_aes_gcm_16), prf, group})), Code::bad_value)
      << "no key length";
}

TEST(IkeSuiteOf, refuses_what_nobody_provides) {
  EXPECT_EQ(code_of(ike({transform(EncryptionId::encr_idea), sha256, prf, group})),
            Code::unsupported);
  EXPECT_EQ(code_of(ike({gcm128, transform(PrfId::prf_hmac_tiger), group})), Code::unsupported);
  EXPECT_EQ(code_of(ike({gcm128, prf, transform(KeyExchangeId::ml_kem_512)})), Code::unsupported);
}

TEST(ChildSuiteOf, reads_extended_sequence_numbers_and_pfs) {
  const auto plain = child_suite_of(esp({gcm128, noesn})).value();
  const auto pfs = child_suite_of(esp({cbc256, sha256, group, esn})).value();

  EXPECT_EQ(plain.algorithms, (sa::EspAlgorithms{EncryptionId::encr_aes_gcm_16, 128}));
  EXPECT_EQ(plain.esn, sa::Esn::no);
  EXPECT_EQ(plain.method, KeyExchangeId::none);
  EXPECT_EQ(pfs.algorithms.integrity, IntegrityId::auth_hmac_sha2_256_128);
  EXPECT_EQ(pfs.esn, sa::Esn::yes);
  EXPECT_EQ(pfs.method, KeyExchangeId::curve25519);
}

TEST(ChildSuiteOf, of_ah_is_integrity_alone) {
  auto ah = esp({sha256, noesn});
  ah.protocol = SecurityProtocol::ah;

  const auto suite = child_suite_of(ah).value();

  EXPECT_EQ(suite.protocol, sa::Protocol::ah);
  EXPECT_EQ(suite.algorithms,
            (sa::EspAlgorithms{.encryption = EncryptionId::encr_null,
                               .integrity = IntegrityId::auth_hmac_sha2_256_128}));
  ah.transforms = {noesn};
  EXPECT_EQ(child_suite_of(ah).error().code, Code::bad_value);
}

TEST(ChildSuiteOf, refuses_what_is_neither_esp_nor_ah) {
  auto ike = esp({gcm128, noesn});
  ike.protocol = SecurityProtocol::ike;

  EXPECT_EQ(child_suite_of(ike).error().code, Code::unsupported);
  EXPECT_EQ(child_suite_of(esp({gcm128})).error().code, Code::bad_value);
}

}  // namespace
}  // namespace esplanade::ike::keys
