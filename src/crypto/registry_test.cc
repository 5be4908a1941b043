#include "crypto/registry.h"

#include "crypto/key_exchange.h"
#include "crypto/prf.h"

#include <gmock/gmock.h>
#include <algorithm>

namespace esplanade::crypto {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;
using ::testing::ElementsAre;

TEST(Registry, lists_algorithms_in_the_order_of_transform_ids) {
  EXPECT_TRUE(std::ranges::is_sorted(encryption_algorithms(), {}, &EncryptionInfo::id));
  EXPECT_TRUE(std::ranges::is_sorted(integrity_algorithms(), {}, &IntegrityInfo::id));
  EXPECT_TRUE(std::ranges::is_sorted(prf_algorithms(), {}, &PrfInfo::id));
  EXPECT_TRUE(std::ranges::is_sorted(key_exchange_methods(), {}, &KeyExchangeInfo::id));
}

struct Sizes {
  EncryptionId id;
  int salt, iv, block, icv;
};

// RFC 2410, 2451, 3602, 3686, 4309, 4106, 4543, 5529, 7634 and 8750.
constexpr auto sizes = std::to_array<Sizes>({
    {EncryptionId::encr_3des, 0, 8, 8, 0},
    {EncryptionId::encr_null, 0, 0, 1, 0},
    {EncryptionId::encr_aes_cbc, 0, 16, 16, 0},
    {EncryptionId::encr_aes_ctr, 4, 8, 1, 0},
    {EncryptionId::encr_aes_ccm_8, 3, 8, 1, 8},
    {EncryptionId::encr_aes_ccm_12, 3, 8, 1, 12},
    {EncryptionId::encr_aes_ccm_16, 3, 8, 1, 16},
    {EncryptionId::encr_aes_gcm_8, 4, 8, 1, 8},
    {EncryptionId::encr_aes_gcm_12, 4, 8, 1, 12},
    {EncryptionId::encr_aes_gcm_16, 4, 8, 1, 16},
    {EncryptionId::encr_null_auth_aes_gmac, 4, 8, 1, 16},
    {EncryptionId::encr_camellia_cbc, 0, 16, 16, 0},
    {EncryptionId::encr_chacha20_poly1305, 4, 8, 1, 16},
    {EncryptionId::encr_aes_ccm_8_iiv, 3, 0, 1, 8},
    {EncryptionId::encr_aes_gcm_16_iiv, 4, 0, 1, 16},
    {EncryptionId::encr_chacha20_poly1305_iiv, 4, 0, 1, 16},
});

TEST(Registry, knows_the_sizes_of_every_cipher) {
  ASSERT_EQ(encryption_algorithms().size(), sizes.size());
  for (const auto& expected : sizes) {
    const auto* info = find_encryption(expected.id);
    ASSERT_NE(info, nullptr);
    EXPECT_EQ(info->salt_size, expected.salt) << info->name;
    EXPECT_EQ(info->iv_size, expected.iv) << info->name;
    EXPECT_EQ(info->block_size, expected.block) << info->name;
    EXPECT_EQ(info->icv_size, expected.icv) << info->name;
  }
}

TEST(Registry, knows_aes_cbc_as_rfc_3602_has_it) {
  const auto* info = find_encryption(EncryptionId::encr_aes_cbc);

  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->name, "ENCR_AES_CBC");
  EXPECT_THAT(info->key_bits, ElementsAre(128, 192, 256));
  EXPECT_EQ(info->iv_size, 16);
  EXPECT_EQ(info->block_size, 16);
  EXPECT_FALSE(info->is_aead());
  EXPECT_FALSE(info->is_counter_mode);
}

TEST(Registry, knows_aes_gcm_as_rfc_4106_has_it) {
  const auto* info = find_encryption(EncryptionId::encr_aes_gcm_16);

  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->name, "ENCR_AES_GCM_16");
  EXPECT_THAT(info->key_bits, ElementsAre(128, 192, 256));
  EXPECT_EQ(info->salt_size, 4);
  EXPECT_EQ(info->iv_size, 8);
  EXPECT_EQ(info->icv_size, 16);
  EXPECT_TRUE(info->is_aead());
  EXPECT_TRUE(info->is_counter_mode);
}

TEST(Registry, makes_the_nonce_of_an_aead_from_salt_and_iv) {
  for (const auto& info : encryption_algorithms()) {
    constexpr int iv_size = 8;  // of all that are provided, also where it is not sent
    EXPECT_EQ(info.nonce_size, info.is_aead() ? info.salt_size + iv_size : 0) << info.name;
  }
}

TEST(Registry, knows_hmac_sha_256_as_rfc_4868_has_it) {
  const auto* info = find_integrity(IntegrityId::auth_hmac_sha2_256_128);

  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->name, "AUTH_HMAC_SHA2_256_128");
  EXPECT_EQ(info->key_size, 32);
  EXPECT_EQ(info->icv_size, 16);
  EXPECT_EQ(integrity_algorithms().size(), 9U);
}

TEST(Registry, knows_what_does_not_encrypt) {
  EXPECT_FALSE(find_encryption(EncryptionId::encr_null)->encrypts());
  EXPECT_FALSE(find_encryption(EncryptionId::encr_null_auth_aes_gmac)->encrypts());
  EXPECT_TRUE(find_encryption(EncryptionId::encr_3des)->encrypts());
}

// RFC 4543, 4 and 5.4: 8 octets of IV before the ICV, 4 of salt behind the key.
TEST(Registry, knows_gmac_for_ah) {
  const auto* info = find_integrity(IntegrityId::auth_aes_192_gmac);

  ASSERT_NE(info, nullptr);
  EXPECT_TRUE(info->is_gmac());
  EXPECT_EQ(info->material_size(), 28U);
  EXPECT_EQ(info->iv_size + info->icv_size, 24);
}

TEST(Registry, does_not_provide_no_integrity) {
  EXPECT_EQ(find_integrity(IntegrityId::none), nullptr);
  EXPECT_EQ(find_encryption(EncryptionId{999}), nullptr);
}

}  // namespace
}  // namespace esplanade::crypto
