#include "config/check/manual_sa.h"

#include "config/check/connection_test_support.h"

#include <gmock/gmock.h>

namespace esplanade::config::check {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string good_keys = "key = " + cbc_key_1 + " auth_key = " + auth_key;

TEST(ManualSa, takes_keys_in_hexadecimal_for_cbc) {
  const auto configuration = load_text(connection_text(""));
  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  const auto& out = configuration->manual.front().out;

  EXPECT_EQ("0x" + core::to_hex(out.keys.encryption.reveal()), cbc_key_1);
  EXPECT_EQ("0x" + core::to_hex(out.keys.integrity.reveal()), auth_key);
  EXPECT_EQ(out.key_file, std::nullopt);
}

TEST(ManualSa, takes_integrity_alone) {
  const auto text = "spi = 300 esp = null-sha256 auth_key = " + auth_key;
  const auto configuration = load_text(connection_text("", {.out = text}));
  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  const auto& out = configuration->manual.front().out;

  EXPECT_EQ(out.algorithms.encryption, iana::EncryptionId::encr_null);
  EXPECT_EQ("0x" + core::to_hex(out.keys.integrity.reveal()), auth_key);
}

TEST(ManualSa, takes_gmac_with_its_salt_from_a_key_file) {
  const auto configuration =
      load_text(connection_text("", {.out = "spi = 300 key_file = gmac.key",
                                     .in = "spi = 301 ah = sha256 auth_key = " + auth_key}));
  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  const auto& out = configuration->manual.front().out;

  EXPECT_EQ(out.protocol, sa::Protocol::ah);
  EXPECT_EQ(out.algorithms.integrity, iana::IntegrityId::auth_aes_128_gmac);
  EXPECT_EQ(out.keys.integrity.size(), 20U);
  EXPECT_EQ(out.key_file, "gmac.key");
}

struct Refused {
  std::string out;
  std::string complaint;
};

// `out { ` stands in front: the first column is 7.
const auto refused = std::to_array<Refused>({
    {"esp = aes128-sha256 " + good_keys, "5:1: `out` has no `spi`"},
    {"spi = 255 esp = aes128-sha256 " + good_keys,
     "5:13: `spi` must be a number from 256 to 4294967295, not `255`"},
    {"spi = 0x100000000 esp = aes128-sha256 " + good_keys,
     "5:13: `spi` must be a number from 256 to 4294967295, not `0x100000000`"},
    {"spi = 300 " + good_keys, "5:1: `esp` or `ah` is missing"},
    {"spi = 300 esp = aes128-sha265 " + good_keys,
     "5:23: `sha265` is no algorithm; did you mean `sha256`?"},
    {"spi = 300 esp = aes128-sha256", "5:1: `out` has no key"},
    {"spi = 300 esp = aes128-sha256 key = " + cbc_key_1,
     "5:37: aes128-sha256 also takes an `auth_key`, of 32 octets"},
    {"spi = 300 esp = aes256-sha256 " + good_keys, "5:43: `key` has 16 octets where 32 are wanted"},
    {"spi = 300 esp = aes128-sha256 key = " + cbc_key_1 + " auth_key = 0xcafe",
     "5:89: `auth_key` has 2 octets where 32 are wanted"},
    {"spi = 300 esp = aes128-sha256 auth_key = " + auth_key + " key = cafe",
     "5:121: `key` does not begin with 0x"},
    {"spi = 300 esp = aes128gcm16 key = 0xcafe", "5:35: counter-mode keys cannot be written here"},
    {"spi = 300 key_file = gcm.key key = 0xcafe", "5:17: `key` and `key_file` exclude each other"},
    {"spi = 300 key_file = gcm.key auth_key = 0xcafe", "5:36: `auth_key` belongs in the key file"},
    {"spi = 300 key_file = none.key", "5:28: cannot read none.key: no such file"},
    {"spi = 300 key_file = long.key", "5:28: cannot read long.key: too long"},
    {"spi = 300 key_file = bad.key",
     "5:28: bad.key: line 3: `key` has 2 octets where 20 are wanted"},
    {"spi = 300 esp = aes256gcm16 key_file = gcm.key",
     "5:23: gcm.key holds keys for aes128gcm16, not for aes256gcm16"},
    {"spi = 300 esp = null-sha256 " + good_keys, "5:35: null-sha256 takes no `key`"},
    {"spi = 300 ah = sha256 esp = null-sha256 auth_key = " + auth_key,
     "5:17: `ah` and `esp` exclude each other"},
    {"spi = 300 ah = aes128 auth_key = " + auth_key, "5:22: `aes128` is nothing for AH"},
    {"spi = 300 ah = sha256 key_file = gmac.key",
     "5:22: gmac.key holds keys for aes128gmac, not for sha256"},
    {"spi = 300 esp = aes128gmac key_file = gmac.key",
     "5:23: gmac.key holds keys for aes128gmac of AH, not for aes128gmac of ESP"},
    {"spi = 300 ah = sha256 auth_key = " + auth_key + " key = 0xcafe",
     "5:107: sha256 takes no `key`"},
    {"spi = 300 ah = aes128gmac auth_key = 0xcafe",
     "5:33: counter-mode keys cannot be written here"},
    {"spi = 300 ah = sha256 auth_key = 0xcafe",
     "5:40: `auth_key` has 2 octets where 32 are wanted"},
    {"spi = 300 esp = aes128gcm16iiv key = 0xcafe",
     "5:23: `aes128gcm16iiv` has implicit IVs, which RFC 8750 forbids with keys set by "
     "hand"},
    {"spi = 300 key_file = gcm.key kye = 0xcafe", "5:36: unknown setting `kye`"},
    {"spi = 300 key_file = gcm.key x { }", "5:38: `{` inside a value"},
});

TEST(ManualSa, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    const auto text = connection_text("", {.out = row.out});
    EXPECT_EQ(complaint_about(text), row.complaint) << row.out;
  }
}

TEST(ManualSa, never_shows_a_key_in_a_complaint) {
  for (const auto& row : refused) {
    const auto configuration = load_text(connection_text("", {.out = row.out}));
    ASSERT_FALSE(configuration);
    for (const auto& complaint : configuration.error()) {
      EXPECT_THAT(complaint.to_string(), Not(HasSubstr("cafe"))) << row.out;
      EXPECT_THAT(complaint.to_string(), Not(HasSubstr("0102030405"))) << row.out;
    }
  }
}

TEST(ManualSa, says_why_counter_modes_need_a_file) {
  const auto configuration = load_text(
      "manual { x {\nlocal_addrs = 192.0.2.1\nremote_addrs = 192.0.2.2\n"
      "    out { spi = 0x1001 esp = aes128gcm16 key = 0x00112233 }\n"
      "in { spi = 300 key_file = gcm.key } } }");
  ASSERT_FALSE(configuration);

  EXPECT_EQ(configuration.error().front().to_string(),
            "gw.conf:4:42: error: counter-mode keys cannot be written here\n"
            "    out { spi = 0x1001 esp = aes128gcm16 key = ********** }\n"
            "                                         ^\n"
            "  hint: a repeated IV breaks AES-GCM (RFC 4106), and numbering starts anew at every "
            "start: make a file with `esplanade keygen` and name it with `key_file`\n");
}

TEST(ManualSa, shows_no_key_that_stands_where_another_value_belongs) {
  const auto configuration = load_text(connection_text("", {.out = "spi = " + cbc_key_1}));
  ASSERT_FALSE(configuration);

  EXPECT_THAT(configuration.error().at(1).to_string(), HasSubstr("not `0x****"));
  EXPECT_THAT(configuration.error().at(1).to_string(), Not(HasSubstr("0102030405")));
}

}  // namespace
}  // namespace esplanade::config::check
