#include "config/keying/secrets.h"

#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

auto text_of(std::string_view secret) -> std::string {
  const auto parsed = parse_secret(secret);
  return parsed ? core::to_hex(parsed->reveal()) : "none";
}

TEST(Secret, is_text_hexadecimal_or_base64) {
  EXPECT_EQ(text_of("abc"), "616263");
  EXPECT_EQ(text_of("0x00fF"), "00ff");
  EXPECT_EQ(text_of("0sFpZAZqEN6Ti9sqt4ZP5EWcqx"), "16964066a10de938bdb2ab7864fe4459cab1");
  EXPECT_EQ(text_of("0sYWI="), "6162");
  EXPECT_EQ(text_of("0sYQ=="), "61");
  EXPECT_EQ(text_of("0 x"), "302078");
}

TEST(Secret, is_refused_if_damaged_empty_or_too_long) {
  for (const auto* text : {"", "0x", "0x0", "0xgg", "0s", "0sY", "0sY!=="}) {
    EXPECT_EQ(text_of(text), "none") << text;
  }
  EXPECT_EQ(text_of(std::string(513, 'a')), "none");
  EXPECT_EQ(text_of(std::string(512, 'a')).size(), 1024U);
}

auto secrets_in(const std::string& text) -> Checked<Configuration> {
  return load_text("secrets {\n" + text + "\n}");
}

TEST(Secrets, belong_to_identities) {
  const auto loaded = secrets_in(
      "ike-1 { id-moon = moon.example.org\nid-sun = 192.0.2.2\nsecret = 0x0102 }\n"
      "ike { secret = \"for all\" }");
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  const auto& secrets = loaded->credentials->secrets;

  ASSERT_THAT(secrets, SizeIs(2));
  EXPECT_EQ(secrets[0].name, "ike-1");
  ASSERT_THAT(secrets[0].owners, SizeIs(2));
  EXPECT_EQ(secrets[0].owners[0].to_string(), "moon.example.org");
  EXPECT_EQ(secrets[0].owners[1].to_string(), "192.0.2.2");
  EXPECT_EQ(core::to_hex(secrets[0].secret.reveal()), "0102");
  EXPECT_TRUE(secrets[1].owners.empty());
  EXPECT_TRUE(core::equal_constant_time(secrets[1].secret.reveal(), core::as_view("for all")));
}

const std::string sections =
    ", which this version does not have; pre-shared keys stand in "
    "sections `ike`";

const auto refused = std::to_array<Row>({
    {"ike { }", "2:1: `ike` has no `secret`"},
    {"ike { secret = 0xabc }",
     "2:16: `secret` must be a text, hexadecimal behind 0x or base64 behind 0s, of 512 octets at "
     "most"},
    {"ike { secret = x\nid = 10.0.0.256 }", "3:6: `10.0.0.256` is no identity"},
    {"ike { secret = x\nfile = y }", "3:1: unknown setting `file`"},
    {"ike = x", "2:1: `ike` is a section: `ike { }`"},
    {"psk { secret = x }", "2:1: unknown section `psk`"},
    {"private { secret = x }", "2:1: `private` has no `file`"},
    {"rsa { file = a.pem }", "2:1: `rsa` has no `secret`"},
    {"pkcs8-1 { file = a.pem\nsecret = x }", "2:18: there is no private key pkcs8/a.pem"},
    {"ecdsa { id = y\nfile = a.pem\nsecret = x }", "2:9: unknown setting `id`"},
    {"eap-carol { secret = x }", "2:1: `eap-carol` needs EAP" + sections},
    {"xauth { secret = x }", "2:1: `xauth` needs IKEv1" + sections},
    {"ntlm { secret = x }", "2:1: `ntlm` needs EAP" + sections},
    {"ppk { secret = x }",
     "2:1: `ppk` needs postquantum preshared keys (RFC 8784), which this version does not have; "
     "leave it out"},
    {"token { handle = 1 }",
     "2:1: `token` needs tokens (PKCS #11), which this version does not have; private keys are "
     "read from the folder private"},
    {"pkcs12 { file = x }",
     "2:1: `pkcs12` needs PKCS #12 containers, which this version does not have; take certificate "
     "and key out with `openssl pkcs12`, into the folders x509 and private"},
});

TEST(Secrets, complain_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_of(secrets_in(row.settings)), row.complaint) << row.settings;
  }
}

TEST(Secrets, are_not_shown_in_complaints) {
  const auto loaded = secrets_in("ike { secret = 0xabcdef012345678 }");

  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().front().to_string().find("abcdef"), std::string::npos);
}

}  // namespace
}  // namespace esplanade::config::keying::test
