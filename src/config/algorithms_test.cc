#include "config/algorithms.h"

#include <gtest/gtest.h>

namespace esplanade::config {
namespace {

using enum iana::EncryptionId;
using enum iana::IntegrityId;

struct Known {
  std::string_view text;
  sa::EspAlgorithms algorithms;
  std::string_view canonical;
};

const auto known = std::to_array<Known>({
    {"aes128gcm16", {encr_aes_gcm_16, 128, none}, "aes128gcm16"},
    {"aes192gcm16", {encr_aes_gcm_16, 192, none}, "aes192gcm16"},
    {"aes256gcm16", {encr_aes_gcm_16, 256, none}, "aes256gcm16"},
    {"aes128gcm", {encr_aes_gcm_16, 128, none}, "aes128gcm16"},
    {"aes256gcm128", {encr_aes_gcm_16, 256, none}, "aes256gcm16"},
    {"aes128-sha256", {encr_aes_cbc, 128, auth_hmac_sha2_256_128}, "aes128-sha256"},
    {"aes-sha256", {encr_aes_cbc, 128, auth_hmac_sha2_256_128}, "aes128-sha256"},
    {"aes192-sha2_256", {encr_aes_cbc, 192, auth_hmac_sha2_256_128}, "aes192-sha256"},
    {"aes256-sha256_128", {encr_aes_cbc, 256, auth_hmac_sha2_256_128}, "aes256-sha256"},
    {"sha256-aes256", {encr_aes_cbc, 256, auth_hmac_sha2_256_128}, "aes256-sha256"},
    {"null-sha384", {encr_null, 0, auth_hmac_sha2_384_192}, "null-sha384"},
    {"aes128gmac", {encr_null_auth_aes_gmac, 128, none}, "aes128gmac"},
    {"chacha20poly1305", {encr_chacha20_poly1305, 256, none}, "chacha20poly1305"},
    {"3des-aesxcbc", {encr_3des, 192, auth_aes_xcbc_96}, "3des-aesxcbc"},
    {"aes256ccm64", {encr_aes_ccm_8, 256, none}, "aes256ccm8"},
});

TEST(Algorithms, knows_the_words_of_strongswan) {
  for (const auto& row : known) {
    const auto parsed = parse_algorithms(sa::Protocol::esp, row.text);

    ASSERT_TRUE(parsed) << row.text << ": " << parsed.error();
    EXPECT_EQ(*parsed, row.algorithms) << row.text;
    EXPECT_EQ(to_string(sa::Protocol::esp, *parsed), row.canonical);
  }
}

struct Refused {
  std::string_view text;
  std::string_view why;
};

constexpr auto refused = std::to_array<Refused>({
    {"aes256", "has no integrity, and without it encryption protects nothing; add `sha256`"},
    {"null", "has no integrity"},
    {"sha256", "`sha256` has no encryption"},
    {"aes128gcm16-sha256", "has integrity twice"},
    {"aes128gmc16", "`aes128gmc16` is no algorithm; did you mean `aes128gcm16`?"},
    {"md5", "RFC 8221 and RFC 8247 rule it out"},
    {"des-sha256", "RFC 8221 and RFC 8247 rule it out"},
    {"aes128gcm16iiv", "has implicit IVs, which RFC 8750 forbids with keys set by hand"},
    {"aes256-sha256-x25519", "`x25519` is a key exchange, and keys are set by hand"},
    {"aes256-sha256-esn", "`esn` is a setting of its own"},
    {"aes128gcm16, aes256gcm16", "several proposals"},
    {"aes128-aes256-sha256", "`aes256` is a second encryption algorithm"},
    {"aes128-sha256-sha384", "`sha384` is a second integrity algorithm"},
    {"", "an algorithm is missing here"},
    {"aes128-", "an algorithm is missing here"},
});

TEST(Algorithms, says_which_word_is_wrong_and_what_would_do) {
  for (const auto& row : refused) {
    const auto parsed = parse_algorithms(sa::Protocol::esp, row.text);

    ASSERT_FALSE(parsed) << row.text;
    EXPECT_NE(parsed.error().find(row.why), std::string::npos) << parsed.error();
  }
}

TEST(Algorithms, of_ah_are_integrity_alone) {
  const auto parsed = parse_algorithms(sa::Protocol::ah, "aes192gmac");

  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(*parsed, (sa::EspAlgorithms{encr_null, 0, auth_aes_192_gmac}));
  EXPECT_EQ(to_string(sa::Protocol::ah, *parsed), "aes192gmac");
  EXPECT_EQ(parse_algorithms(sa::Protocol::ah, "aes256-sha256").error(),
            "`aes256` is nothing for AH");
}

TEST(Algorithms, need_unique_numbers_where_they_count) {
  const auto needs = [](sa::Protocol protocol, std::string_view text) {
    return needs_unique_numbers(parse_algorithms(protocol, text).value());
  };

  EXPECT_TRUE(needs(sa::Protocol::esp, "aes128ctr-sha256"));
  EXPECT_TRUE(needs(sa::Protocol::esp, "aes128gmac"));
  EXPECT_TRUE(needs(sa::Protocol::ah, "aes128gmac"));
  EXPECT_FALSE(needs(sa::Protocol::esp, "aes128-sha256"));
  EXPECT_FALSE(needs(sa::Protocol::ah, "sha1"));
}

}  // namespace
}  // namespace esplanade::config
