#include "config/key_file.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::config {
namespace {

using enum iana::EncryptionId;
using enum iana::IntegrityId;

const std::string head = "# esplanade key file, version 1\n";
const std::string gcm_key = "0x000102030405060708090a0b0c0d0e0fdeadbeef";

auto parse(const std::string& text) { return parse_key_file(KeyText(core::as_view(text))); }

auto text_of(const KeyText& text) -> std::string {
  std::string copy;
  for (const auto b : text.reveal()) copy += static_cast<char>(b);
  return copy;
}

TEST(KeyFile, holds_key_and_salt_for_gcm) {
  const auto content = parse(head + "esp = aes128gcm16\nkey = " + gcm_key + "\n");

  ASSERT_TRUE(content) << content.error();
  EXPECT_EQ(content->algorithms.encryption, encr_aes_gcm_16);
  EXPECT_EQ("0x" + core::to_hex(content->keys.encryption.reveal()), gcm_key);
  EXPECT_TRUE(content->keys.integrity.empty());
}

TEST(KeyFile, reads_what_it_wrote) {
  EXPECT_TRUE(rc::check("parse(write(x)) = x", [] {
    const auto is_gcm = *rc::gen::arbitrary<bool>();
    const auto bits = *rc::gen::element<std::uint16_t>(128, 192, 256);
    const auto size = bits / 8U + (is_gcm ? 4U : 0U);
    const auto octets = *rc::gen::container<std::vector<std::uint8_t>>(
        size + 32, rc::gen::arbitrary<std::uint8_t>());
    const auto all = std::as_bytes(std::span(octets));
    KeyFileContent content;
    content.algorithms = is_gcm ? sa::EspAlgorithms{encr_aes_gcm_16, bits, none}
                                : sa::EspAlgorithms{encr_aes_cbc, bits, auth_hmac_sha2_256_128};
    content.keys.encryption = sa::EncryptionKey(all.first(size));
    if (!is_gcm) content.keys.integrity = sa::IntegrityKey(all.subspan(size));

    const auto again = parse_key_file(write_key_file(content));

    RC_ASSERT(again.has_value());
    RC_ASSERT(again->algorithms == content.algorithms);
    RC_ASSERT(core::equal_constant_time(again->keys.encryption.reveal(),
                                        content.keys.encryption.reveal()));
    RC_ASSERT(
        core::equal_constant_time(again->keys.integrity.reveal(), content.keys.integrity.reveal()));
  }));
}

TEST(KeyFile, is_written_as_people_read_it) {
  const auto content = parse(head + "\n  # from the safe\n key=" + gcm_key + "\r\nesp =aes128gcm");
  ASSERT_TRUE(content) << content.error();

  EXPECT_EQ(text_of(write_key_file(*content)), head + "esp = aes128gcm16\nkey = " + gcm_key + "\n");
}

TEST(KeyFile, may_be_for_ah) {
  const std::string auth_key = "0x" + std::string(40, '7');
  const auto content = parse(head + "ah = sha1\nauth_key = " + auth_key + "\n");
  ASSERT_TRUE(content) << content.error();

  EXPECT_EQ(content->protocol, sa::Protocol::ah);
  EXPECT_EQ(content->algorithms.integrity, iana::IntegrityId::auth_hmac_sha1_96);
  EXPECT_EQ(text_of(write_key_file(*content)), head + "ah = sha1\nauth_key = " + auth_key + "\n");
}

struct Refused {
  std::string text;
  std::string_view why;
};

const auto refused = std::to_array<Refused>({
    {"", "line 1: a key file begins with `# esplanade key file, version 1`"},
    {"# esplanade key file, version 2\n", "line 1: a key file begins with"},
    {head, "there is no `esp` and no `ah`"},
    {head + "esp = aes128gcm16\n", "there is no `key`"},
    {head + "esp = rot13\nkey = 0x00\n", "line 2: `esp` is no proposal this version knows"},
    {head + "esp = aes128gcm16\nkey = 0x0011\n", "line 3: `key` has 2 octets where 20 are wanted"},
    {head + "esp = aes128gcm16\nkey = " + gcm_key + "0\n", "odd number of hexadecimal digits"},
    {head + "esp = aes128gcm16\nkey = 0xcafé\n", "line 3: `key` has a character at 6 that is no"},
    {head + "esp = aes128gcm16\nkey = cafe\n", "line 3: `key` does not begin with 0x"},
    {head + "esp = aes128gcm16\nkey = " + gcm_key + "\nauth_key = 0x00\n", "line 4: an AEAD takes"},
    {head + "esp = aes128-sha256\nkey = 0x000102030405060708090a0b0c0d0e0f\n", "no `auth_key`"},
    {head + "esp = aes128gcm16\nesp = aes128gcm16\n", "line 3: this setting stands here a second"},
    {head + "0xcafe\n", "line 2: expected `name = value`"},
    {head + "kye = 0xcafe\n", "line 2: a key file has only `esp` or `ah`, `key` and `auth_key`"},
    {head + "esp = null-sha1\nah = sha1\n", "line 3: `esp` and `ah` exclude each other"},
    {head + "ah = sha1\nkey = 0x00\n", "line 3: these algorithms take no `key`"},
});

TEST(KeyFile, says_in_which_line_it_is_wrong_and_quotes_no_key) {
  for (const auto& row : refused) {
    const auto content = parse(row.text);

    ASSERT_FALSE(content) << row.text;
    EXPECT_NE(content.error().find(row.why), std::string::npos) << content.error();
    EXPECT_EQ(content.error().find("cafe"), std::string::npos) << content.error();
    EXPECT_EQ(content.error().find("0011"), std::string::npos) << content.error();
  }
}

}  // namespace
}  // namespace esplanade::config
