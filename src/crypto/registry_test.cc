#include "crypto/registry.h"

#include <gmock/gmock.h>

namespace esplanade::crypto {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;
using ::testing::ElementsAre;
using ::testing::Field;

TEST(Registry, lists_encryption_in_the_order_of_transform_ids) {
  EXPECT_THAT(encryption_algorithms(),
              ElementsAre(Field(&EncryptionInfo::id, EncryptionId::encr_aes_cbc),
                          Field(&EncryptionInfo::id, EncryptionId::encr_aes_gcm_16)));
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
    EXPECT_EQ(info.nonce_size, info.is_aead() ? info.salt_size + info.iv_size : 0) << info.name;
  }
}

TEST(Registry, knows_hmac_sha_256_as_rfc_4868_has_it) {
  const auto* info = find_integrity(IntegrityId::auth_hmac_sha2_256_128);

  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->name, "AUTH_HMAC_SHA2_256_128");
  EXPECT_EQ(info->key_size, 32);
  EXPECT_EQ(info->icv_size, 16);
  EXPECT_EQ(integrity_algorithms().size(), 1U);
}

TEST(Registry, does_not_provide_null_encryption_or_no_integrity) {
  EXPECT_EQ(find_encryption(EncryptionId::encr_null), nullptr);
  EXPECT_EQ(find_integrity(IntegrityId::none), nullptr);
  EXPECT_EQ(find_encryption(EncryptionId{999}), nullptr);
}

}  // namespace
}  // namespace esplanade::crypto
