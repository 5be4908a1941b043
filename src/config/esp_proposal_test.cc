#include "config/esp_proposal.h"

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
});

TEST(EspProposal, knows_the_words_of_strongswan) {
  for (const auto& row : known) {
    const auto parsed = parse_esp_proposal(row.text);

    ASSERT_TRUE(parsed) << row.text << ": " << parsed.error();
    EXPECT_EQ(*parsed, row.algorithms) << row.text;
    EXPECT_EQ(to_string(*parsed), row.canonical);
  }
}

struct Refused {
  std::string_view text;
  std::string_view why;
};

constexpr auto refused = std::to_array<Refused>({
    {"aes256",
     "has no integrity, and without it encryption protects nothing; write `aes256-sha256`"},
    {"sha256", "`sha256` has no encryption"},
    {"aes128gcm16-sha256", "has integrity twice"},
    {"aes128gmc16", "`aes128gmc16` is no algorithm; did you mean `aes128gcm16`?"},
    {"chacha20poly1305", "is no algorithm of this version, which has aes128gcm16"},
    {"aes128gcm16, aes256gcm16", "several proposals"},
    {"aes128-aes256-sha256", "`aes256` is a second encryption algorithm"},
    {"aes128-sha256-sha256", "`sha256` is a second integrity algorithm"},
    {"", "`` is no algorithm"},
    {"aes128-", "`` is no algorithm"},
    {"-", "`` is no algorithm"},
});

TEST(EspProposal, says_which_word_is_wrong_and_what_would_do) {
  for (const auto& row : refused) {
    const auto parsed = parse_esp_proposal(row.text);

    ASSERT_FALSE(parsed) << row.text;
    EXPECT_NE(parsed.error().find(row.why), std::string::npos) << parsed.error();
  }
}

}  // namespace
}  // namespace esplanade::config
