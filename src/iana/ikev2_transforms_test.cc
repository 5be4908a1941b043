#include "iana/ikev2_transforms.h"

#include <gtest/gtest.h>

namespace esplanade::iana {
namespace {

TEST(Ikev2Transforms, have_the_registry_names_under_the_registry_numbers) {
  EXPECT_EQ(find_row(encryption_ids, EncryptionId{11})->name, "ENCR_NULL");
  EXPECT_EQ(find_row(encryption_ids, EncryptionId{12})->name, "ENCR_AES_CBC");
  EXPECT_EQ(find_row(encryption_ids, EncryptionId{20})->name, "ENCR_AES_GCM_16");
  EXPECT_EQ(find_row(integrity_ids, IntegrityId{0})->name, "NONE");
  EXPECT_EQ(find_row(integrity_ids, IntegrityId{12})->name, "AUTH_HMAC_SHA2_256_128");
}

}  // namespace
}  // namespace esplanade::iana
