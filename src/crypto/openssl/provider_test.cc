#include "crypto/openssl/provider.h"

#include "crypto/registry.h"

#include <gtest/gtest.h>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::Code;
using iana::EncryptionId;
using iana::IntegrityId;

TEST(OpensslProvider, makes_every_algorithm_and_key_length_of_the_registry) {
  for (const auto& info : encryption_algorithms()) {
    for (const auto bits : info.key_bits) {
      const Bytes key(bits / 8U);
      EXPECT_EQ(provider().make_aead(info.id, key).has_value(), info.is_aead()) << info.name;
      EXPECT_EQ(provider().make_cipher(info.id, key).has_value(), !info.is_aead()) << info.name;
    }
  }
  for (const auto& info : integrity_algorithms()) {
    const auto made = provider().make_integrity(info.id, Bytes(info.key_size));
    EXPECT_EQ(made.has_value(), !info.is_gmac()) << info.name;
  }
}

TEST(OpensslProvider, refuses_a_key_of_a_length_the_algorithm_does_not_have) {
  const Bytes key(17);

  const auto aead = provider().make_aead(EncryptionId::encr_aes_gcm_16, key);
  const auto cipher = provider().make_cipher(EncryptionId::encr_aes_cbc, key);
  const auto integrity = provider().make_integrity(IntegrityId::auth_aes_cmac_96, key);

  ASSERT_FALSE(aead || cipher || integrity);
  EXPECT_EQ(aead.error().code, Code::bad_key_length);
  EXPECT_EQ(cipher.error().code, Code::bad_key_length);
  EXPECT_EQ(integrity.error().code, Code::bad_key_length);
}

TEST(OpensslProvider, refuses_an_algorithm_it_lacks_or_of_the_other_kind) {
  const Bytes key(16);

  const auto aead = provider().make_aead(EncryptionId::encr_aes_cbc, key);
  const auto cipher = provider().make_cipher(EncryptionId::encr_aes_gcm_16, key);
  const auto null = provider().make_aead(EncryptionId::encr_null, {});
  const auto none = provider().make_integrity(IntegrityId::none, {});

  ASSERT_FALSE(aead || cipher || null || none);
  EXPECT_EQ(aead.error().code, Code::unsupported);
  EXPECT_EQ(cipher.error().code, Code::unsupported);
  EXPECT_EQ(null.error().code, Code::unsupported);
  EXPECT_EQ(none.error().code, Code::unsupported);
}

// RFC 2410, 2: NULL(b) = b.
TEST(OpensslProvider, makes_a_cipher_that_changes_nothing_and_has_no_key) {
  const auto made = provider().make_cipher(EncryptionId::encr_null, {});
  const auto text = core::from_hex("0123456789").value();
  Bytes out(text.size());

  ASSERT_TRUE(made);
  const CipherJob job{.iv = {}, .in = text, .out = out};
  (*made)->encrypt({&job, 1});

  EXPECT_EQ(out, text);
  EXPECT_EQ(provider().make_cipher(EncryptionId::encr_null, Bytes(16)).error().code,
            Code::bad_key_length);
}

TEST(OpensslProvider, is_one_instance_with_a_name) {
  EXPECT_EQ(&provider(), &provider());
  EXPECT_EQ(provider().name(), "openssl");
}

}  // namespace
}  // namespace esplanade::crypto::openssl
