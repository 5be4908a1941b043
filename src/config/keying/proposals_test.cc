#include "config/keying/keying_test_support.h"
#include "crypto/key_exchange.h"
#include "crypto/prf.h"
#include "crypto/registry.h"
#include "sa/proposal_text.h"
#include "sa/proposal_words.h"

namespace esplanade::config::keying::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

auto texts_of(const std::vector<sa::Proposal>& proposals) -> std::vector<std::string> {
  std::vector<std::string> texts;
  for (const auto& one : proposals) texts.push_back(sa::to_text(one));
  return texts;
}

TEST(Proposals, are_the_default_set_unless_set) {
  const auto ike = sa::default_proposals(iana::SecurityProtocol::ike);
  const auto esp = sa::default_proposals(iana::SecurityProtocol::esp);

  EXPECT_EQ(connection_with("").proposals, ike);
  EXPECT_EQ(connection_with("proposals = default").proposals, ike);
  EXPECT_EQ(child_with("").proposals, esp);
  EXPECT_EQ(child_with("esp_proposals = default").proposals, esp);
}

TEST(Proposals, stand_in_their_order_with_the_default_where_it_is_named) {
  const auto connection =
      connection_with("proposals = aes256-sha384-ecp384, aes128gcm16-prfsha256-x25519, default");

  ASSERT_THAT(connection.proposals, SizeIs(4));
  EXPECT_EQ(sa::to_text(connection.proposals[0]), "aes256-prfsha384-sha384-ecp384");
  EXPECT_EQ(sa::to_text(connection.proposals[1]), "aes128gcm16-prfsha256-x25519");
  EXPECT_EQ(connection.proposals_line.to_string(), "gw.conf:2");
}

TEST(Proposals, of_children_have_key_exchange_and_esn_by_choice) {
  EXPECT_THAT(texts_of(child_with("esp_proposals = aes128gcm16, aes128-sha256-modp3072-esn-noesn, "
                                  "aes256gcm16-x25519-modpnone")
                           .proposals),
              ElementsAre("aes128gcm16-noesn", "aes128-sha256-modp3072-esn-noesn",
                          "aes256gcm16-x25519-modpnone-noesn"));
}

/// Every word that strongSwan's published examples use.
TEST(Proposals, take_the_words_of_published_examples) {
  for (const auto* text :
       {"aes128-sha256-x25519", "aes128-sha256-modp3072", "aes192-sha384-modp3072",
        "aes256-sha512-modp4096", "aes128-sha256-curve25519", "aes128gcm128-prfsha256-x25519",
        "aes256ccm96-prfaesxcbc-modp2048", "aes128ccm12-prfsha256-x25519",
        "aes128-aesxcbc-modp3072", "aes128-sha1-modp2048", "aes192ctr-sha384-ecp384",
        "aes256-sha512-ecp512bp", "aes256-sha512-ecp521", "chacha20poly1305-prfsha256-x25519",
        "aes128-sha256-ecp256-ecp384-x448", "aes256gcm16-prfsha384-ecp384"}) {
    EXPECT_EQ(complaint_about(connection_text(fmt::format("proposals = {}", text))), "none");
  }
  for (const auto* text :
       {"aes128gcm128-x25519", "aes128gcm64-modp2048", "aes256ccm128-modp2048", "aes128-sha256",
        "aes192-sha384-modp3072", "aes128ctr-sha256", "aes128-aescmac", "chacha20poly1305-x25519",
        "aes256-sha512-modp4096-esn", "aes128gcm16-x25519-noesn-esn"}) {
    EXPECT_EQ(complaint_about(child_text(fmt::format("esp_proposals = {}", text))), "none");
  }
}

const auto refused = std::to_array<Row>({
    {"proposals = aes128-sha256", "2:13: `aes128-sha256` has no key exchange; add `x25519`"},
    {"proposals = aes128gcm16-x25519",
     "2:13: `aes128gcm16-x25519` has no PRF, which keys are derived with; add `prfsha256`"},
    {"proposals = default, aes128-x25519",
     "2:22: `aes128-x25519` has no integrity, and without it encryption protects nothing; add "
     "`sha256`"},
    {"proposals = aes128-sha256-modp1024", "2:27: `modp1024` is refused: RFC 8247 rules it out"},
    {"proposals = des-sha256-x25519", "2:13: `des` is refused: RFC 8221 and RFC 8247 rule it out"},
    {"proposals = aes128-sha256-x25519-ke1_mlkem768",
     "2:34: `ke1_mlkem768` is an additional key exchange (RFC 9370), which this version does not "
     "have"},
    {"proposals = aes128-sha256-x25519-esn", "2:34: `esn` is nothing for IKE"},
    {"proposals = aes128-sha256-x25519,", "2:34: an algorithm is missing here"},
    {"proposals = \"\"", "2:14: an algorithm is missing here"},
});

auto is_provided(const sa::Transform& transform) -> bool {
  switch (transform.type) {
    case iana::TransformType::encryption:
      return crypto::find_encryption(iana::EncryptionId{transform.id}) != nullptr;
    case iana::TransformType::pseudorandom_function:
      return crypto::find_prf(iana::PrfId{transform.id}) != nullptr;
    case iana::TransformType::integrity:
      return crypto::find_integrity(iana::IntegrityId{transform.id}) != nullptr;
    case iana::TransformType::key_exchange_method:
      return transform.id == 0 ||
             crypto::find_key_exchange(iana::KeyExchangeId{transform.id}) != nullptr;
    case iana::TransformType::sequence_numbers: return true;
  }
  return false;
}

TEST(Proposals, may_name_only_what_is_provided) {
  for (const auto& row : sa::words::all) {
    EXPECT_TRUE(!row.refusal.empty() || is_provided(row.transform)) << row.word;
  }
}

TEST(Proposals, complain_at_the_word_that_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about(connection_text(row.settings)), row.complaint) << row.settings;
  }
}

}  // namespace
}  // namespace esplanade::config::keying::test
