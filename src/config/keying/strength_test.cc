#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

auto warnings_of(const std::string& proposals, const std::string& children) -> Complaints {
  const auto loaded = load_text(
      fmt::format("connections {{ site {{\n{}\n"
                  "remote_addrs = 192.0.2.2\nlocal {{ auth = psk }} remote {{ auth = psk }}\n"
                  "children {{\n{}\n}} }} }} secrets {{ ike {{ secret = s3cret }} }}\n",
                  proposals, children));
  EXPECT_TRUE(loaded) << complaint_of(loaded);
  return loaded ? loaded->warnings : Complaints();
}

const std::string advice =
    "; an IKE SA should be as strong as its children (RFC 4309, 7.2): take weaker ciphers out of "
    "`proposals`";

TEST(Strength, of_a_child_beyond_that_of_its_ike_sa_is_warned_of) {
  const auto warnings = warnings_of("proposals = aes256-sha256-x25519, aes128-sha256-x25519",
                                    "a { esp_proposals = aes128gcm16, aes256gcm16 }\n"
                                    "b { esp_proposals = aes128gcm16 }");

  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_EQ(to_line(warnings.front()),
            "6:21: `a` may have a cipher of 256 bits, and the IKE SA that makes its keys one of "
            "128" +
                advice);
}

TEST(Strength, is_told_at_the_proposals_of_ike_where_the_child_has_the_default) {
  const auto warnings = warnings_of("proposals = aes192-sha256-x25519", "a { }");

  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_EQ(to_line(warnings.front()),
            "2:13: `a` may have a cipher of 256 bits, and the IKE SA that makes its keys one of "
            "192" +
                advice);
}

TEST(Strength, counts_keys_that_have_one_length_only) {
  const std::string strong = "a { esp_proposals = chacha20poly1305 }";
  EXPECT_THAT(warnings_of("proposals = chacha20poly1305-prfsha256-x25519", strong), IsEmpty());
  EXPECT_THAT(warnings_of("proposals = aes128-sha256-x25519", strong), SizeIs(1));

  const std::string triple = "a { esp_proposals = aes128-sha1 }";
  EXPECT_THAT(warnings_of("proposals = 3des-sha1-modp2048", triple), SizeIs(1))
      << "112 bits, whatever its key has";
}

TEST(Strength, is_no_matter_where_nothing_is_encrypted_or_nothing_was_chosen) {
  const std::string weak = "proposals = aes128-sha256-x25519";
  EXPECT_THAT(warnings_of(weak, "a { ah_proposals = sha256 }"), IsEmpty());
  EXPECT_THAT(warnings_of(weak, "a { esp_proposals = null-sha256 }"), IsEmpty());
  EXPECT_THAT(warnings_of("", "a { esp_proposals = aes256gcm16 }"), IsEmpty());
}

}  // namespace
}  // namespace esplanade::config::keying::test
