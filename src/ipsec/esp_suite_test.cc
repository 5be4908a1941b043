#include "ipsec/esp_suite.h"
#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using core::Code;
using iana::EncryptionId;
using iana::IntegrityId;
using test::hex;
using test::Kind;

auto make(const sa::EspAlgorithms& algorithms, std::size_t encryption_octets,
          std::size_t integrity_octets = 0) -> core::Result<EspSuite> {
  return EspSuite::make(sa::Protocol::esp, algorithms,
                        {sa::EncryptionKey{core::Bytes(encryption_octets)},
                         sa::IntegrityKey{core::Bytes(integrity_octets)}},
                        crypto::openssl::provider());
}

auto error_of(const core::Result<EspSuite>& suite) -> std::optional<Code> {
  return suite ? std::nullopt : std::optional(suite.error().code);
}

constexpr auto hmac = IntegrityId::auth_hmac_sha2_256_128;

TEST(EspSuite, knows_what_gcm_adds_to_a_packet) {
  const auto suite = EspSuite::make(sa::Protocol::esp, test::algorithms_of(Kind::aead),
                                    test::keys_of(Kind::aead), crypto::openssl::provider());

  ASSERT_TRUE(suite);
  EXPECT_EQ(suite->sizes.iv, 8);
  EXPECT_EQ(suite->sizes.align, 4);
  EXPECT_EQ(suite->sizes.icv, 16);
}

TEST(EspSuite, splits_the_salt_from_the_end_of_a_gcm_key) {
  const auto suite = EspSuite::make(sa::Protocol::esp, test::algorithms_of(Kind::aead),
                                    test::keys_of(Kind::aead), crypto::openssl::provider());

  ASSERT_TRUE(suite);
  const auto salt = std::get<AeadSuite>(suite->keyed).salt.reveal();
  EXPECT_EQ(core::Bytes(salt.begin(), salt.end()), hex("d0d1d2d3"));
}

TEST(EspSuite, knows_what_cbc_with_hmac_adds_to_a_packet) {
  const auto suite = make({EncryptionId::encr_aes_cbc, 256, hmac}, 32, 32);

  ASSERT_TRUE(suite);
  EXPECT_EQ(suite->sizes.iv, 16);
  EXPECT_EQ(suite->sizes.align, 16);
  EXPECT_EQ(suite->sizes.icv, 16);
  EXPECT_TRUE(std::holds_alternative<EncryptThenMacSuite>(suite->keyed));
}

TEST(EspSuite, takes_every_key_length_of_aes) {
  for (const auto bits : std::to_array<std::uint16_t>({128, 192, 256})) {
    EXPECT_TRUE(make({EncryptionId::encr_aes_gcm_16, bits}, bits / 8U + 4)) << bits;
    EXPECT_TRUE(make({EncryptionId::encr_aes_cbc, bits, hmac}, bits / 8U, 32)) << bits;
  }
}

TEST(EspSuite, refuses_keys_of_another_length_than_the_algorithm_says) {
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_gcm_16, 128}, 16)), Code::bad_key_length);
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_gcm_16, 128}, 36)), Code::bad_key_length);
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_gcm_16, 256}, 0)), Code::bad_key_length);
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_cbc, 256, hmac}, 16, 32)), Code::bad_key_length);
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_cbc, 256, hmac}, 32)), Code::bad_key_length);
}

TEST(EspSuite, refuses_key_lengths_that_aes_does_not_have) {
  for (const auto bits : std::to_array<std::uint16_t>({0, 8, 64, 160})) {
    EXPECT_EQ(error_of(make({EncryptionId::encr_aes_gcm_16, bits}, bits / 8U + 4)),
              Code::bad_key_length)
        << bits;
    EXPECT_EQ(error_of(make({EncryptionId::encr_aes_cbc, bits, hmac}, bits / 8U, 32)),
              Code::bad_key_length)
        << bits;
  }
}

TEST(EspSuite, numbers_the_ivs_of_counter_modes_and_draws_those_of_cbc) {
  EXPECT_EQ(make({EncryptionId::encr_aes_ctr, 128, hmac}, 20, 32)->iv_form, IvForm::number);
  EXPECT_EQ(make({EncryptionId::encr_aes_gcm_16, 128}, 20)->iv_form, IvForm::number);
  EXPECT_EQ(make({EncryptionId::encr_aes_cbc, 128, hmac}, 16, 32)->iv_form, IvForm::random);
}

// ESP-1-01: integrity alone (RFC 2410, RFC 4543).
TEST(EspSuite, protects_without_encryption_by_null_or_gmac) {
  const auto null = make({EncryptionId::encr_null, 0, hmac}, 0, 32);
  const auto gmac = make({EncryptionId::encr_null_auth_aes_gmac, 128}, 20);

  ASSERT_TRUE(null && gmac);
  EXPECT_EQ(null->sizes.iv, 0);
  EXPECT_EQ(null->sizes.align, 4);
  EXPECT_EQ(gmac->sizes.iv, 8);
  EXPECT_EQ(std::get<AeadSuite>(gmac->keyed).use, AeadUse::authenticate);
}

// RFC 8750, 5: 8 octets less a packet.
TEST(EspSuite, sends_no_iv_where_it_is_implicit) {
  EXPECT_EQ(make({EncryptionId::encr_aes_gcm_16_iiv, 256}, 36)->sizes.iv, 0);
  EXPECT_EQ(make({EncryptionId::encr_chacha20_poly1305_iiv, 256}, 36)->sizes.iv, 0);
  EXPECT_EQ(make({EncryptionId::encr_aes_ccm_8_iiv, 128}, 19)->sizes.icv, 8);
}

// ESP-3.2-01.
TEST(EspSuite, refuses_neither_encryption_nor_integrity) {
  EXPECT_EQ(error_of(make({EncryptionId::encr_null, 0}, 0)), Code::unsupported);
}

// RFC 4543, 5.3.
TEST(EspSuite, refuses_the_gmac_of_ah_for_esp) {
  EXPECT_EQ(error_of(make({EncryptionId::encr_null, 0, IntegrityId::auth_aes_128_gmac}, 0, 20)),
            Code::unsupported);
}

TEST(EspSuite, has_integrity_alone_for_ah) {
  const sa::EspKeys hmac_keys{{}, sa::IntegrityKey{core::Bytes(32)}};
  const sa::EspKeys gmac_keys{{}, sa::IntegrityKey{core::Bytes(36)}};
  const auto make_ah = [](IntegrityId id, const sa::EspKeys& keys) {
    return EspSuite::make(sa::Protocol::ah, {EncryptionId::encr_null, 0, id}, keys,
                          crypto::openssl::provider());
  };

  EXPECT_TRUE(make_ah(hmac, hmac_keys));
  EXPECT_EQ(make_ah(IntegrityId::auth_aes_256_gmac, gmac_keys)->sizes.iv, 8);
  EXPECT_EQ(error_of(make_ah(IntegrityId::none, {})), Code::unsupported);
  EXPECT_EQ(error_of(make_ah(hmac, {})), Code::bad_key_length);
  EXPECT_EQ(error_of(make_ah(IntegrityId::auth_aes_256_gmac, hmac_keys)), Code::bad_key_length);
}

// RFC 4303, 3.2: a cipher alone lets an attacker change what is inside.
TEST(EspSuite, refuses_encryption_without_integrity) {
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_cbc, 128}, 16)), Code::unsupported);
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_cbc, 128}, 16, 32)), Code::unsupported);
}

TEST(EspSuite, refuses_integrity_beside_an_aead) {
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_gcm_16, 128, hmac}, 20, 32)), Code::unsupported);
}

TEST(EspSuite, refuses_what_is_not_provided) {
  EXPECT_EQ(error_of(make({static_cast<EncryptionId>(9999), 128, hmac}, 16, 32)),
            Code::unsupported);
  EXPECT_EQ(error_of(make({EncryptionId::encr_aes_cbc, 128, static_cast<IntegrityId>(1)}, 16, 20)),
            Code::unsupported);
}

}  // namespace
}  // namespace esplanade::ipsec
