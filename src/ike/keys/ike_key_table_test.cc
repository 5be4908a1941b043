#include "ike/keys/ike_key_table.h"

#include "crypto/registry.h"

#include <gtest/gtest.h>

namespace esplanade::ike::keys {
namespace {

constexpr IkeSpis spis{.i = IkeSpi{0x0102030405060708}, .r = IkeSpi{0x1112131415161718}};

template <std::size_t N>
auto key(std::size_t size, int fill) -> core::Secret<N> {
  return core::Secret<N>{core::Bytes(size, static_cast<std::byte>(fill))};
}

auto keys_of(std::size_t encryption, std::size_t integrity) -> IkeKeys {
  return {.sk_d = {},
          .i = {key<36>(encryption, 0xe1), key<64>(integrity, 0xa1), {}},
          .r = {key<36>(encryption, 0xe2), key<64>(integrity, 0xa2), {}}};
}

TEST(IkeKeyTable, writes_a_row_as_Wireshark_saves_it) {
  const IkeSuite suite{.encryption = iana::EncryptionId::encr_aes_cbc,
                       .key_bits = 128,
                       .integrity = iana::IntegrityId::auth_hmac_sha2_256_128};

  EXPECT_EQ(ike_key_table_row(suite, keys_of(2, 3), spis),
            "0102030405060708,1112131415161718,e1e1,e2e2,\"AES-CBC-128 [RFC3602]\",a1a1a1,a2a2a2,"
            "\"HMAC_SHA2_256_128 [RFC4868]\"\n");
}

TEST(IkeKeyTable, leaves_the_integrity_keys_of_an_AEAD_empty) {
  const IkeSuite suite{.encryption = iana::EncryptionId::encr_aes_gcm_16, .key_bits = 256};

  EXPECT_EQ(ike_key_table_row(suite, keys_of(1, 0), spis),
            "0102030405060708,1112131415161718,e1,e2,\"AES-GCM-256 with 16 octet ICV [RFC5282]\","
            ",,\"NONE [RFC4306]\"\n");
}

TEST(IkeKeyTable, hides_a_row_from_Wireshark_that_it_has_no_word_for) {
  const IkeSuite suite{.encryption = iana::EncryptionId::encr_chacha20_poly1305, .key_bits = 256};

  EXPECT_TRUE(ike_key_table_row(suite, keys_of(36, 0), spis).starts_with("# 0102030405060708,"));
}

TEST(IkeKeyTable, has_a_word_for_every_algorithm_that_ike_may_use) {
  for (const auto& cipher : crypto::encryption_algorithms()) {
    if (!cipher.encrypts() || cipher.has_implicit_iv()) continue;  // ESP's alone
    for (const auto bits : cipher.key_bits) {
      const auto is_row = [&](const auto& row) {
        return row.id == cipher.id && row.key_bits == bits;
      };
      EXPECT_TRUE(std::ranges::any_of(encryption_words, is_row)) << cipher.name << " " << bits;
    }
  }
  for (const auto& mac : crypto::integrity_algorithms()) {
    if (mac.is_gmac()) continue;  // AH's alone
    EXPECT_TRUE(std::ranges::find(integrity_words, mac.id, &IntegrityWord::id) !=
                integrity_words.end())
        << mac.name;
  }
}

TEST(IkeKeyTable, takes_the_longest_keys) {
  const IkeSuite suite{.encryption = iana::EncryptionId::encr_aes_ccm_16,
                       .key_bits = 256,
                       .integrity = iana::IntegrityId::auth_hmac_sha2_512_256};

  EXPECT_EQ(std::ranges::count(ike_key_table_row(suite, keys_of(36, 64), spis), ','), 7);
}

TEST(IkeKeyTable, finds_words_by_the_whole_of_them) {
  EXPECT_EQ(find_encryption_word("AES-CBC-192 [RFC3602]")->key_bits, 192);
  EXPECT_EQ(find_encryption_word("AES-CBC-192"), nullptr);
  EXPECT_EQ(find_integrity_word("NONE [RFC4306]")->id, iana::IntegrityId::none);
  EXPECT_EQ(find_integrity_word(""), nullptr);
}

}  // namespace
}  // namespace esplanade::ike::keys
