#include "config/keying/auth_words.h"

#include <gmock/gmock.h>

namespace esplanade::config::keying {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "kind: schemes; rsa N, ecdsa N, schemes of certificates".
struct Said {
  std::vector<std::string> schemes, chain;
  unsigned rsa = 0;
  unsigned ecdsa = 0;
};

auto said_by(std::string_view text) -> Said {
  const auto auth = parse_auth(text);
  if (!auth) {
    ADD_FAILURE() << text << " must be " << auth.error().wanted;
    return {};
  }
  Said said{.schemes = {},
            .chain = {},
            .rsa = auth->chain.least_rsa_bits,
            .ecdsa = auth->chain.least_ecdsa_bits};
  for (const auto& one : auth->schemes) said.schemes.push_back(crypto::to_text(one));
  for (const auto& one : auth->chain.schemes) said.chain.push_back(crypto::to_text(one));
  return said;
}

TEST(AuthWords, tell_secrets_from_keys) {
  EXPECT_EQ(parse_auth("psk")->kind, policy::AuthKind::psk);
  EXPECT_EQ(parse_auth("pubkey")->kind, policy::AuthKind::public_key);
}

TEST(AuthWords, take_any_signature_by_pubkey) {
  EXPECT_THAT(said_by("pubkey").schemes, IsEmpty());
  EXPECT_THAT(said_by("pubkey").chain, IsEmpty());
}

TEST(AuthWords, take_hashes_in_their_order) {
  const auto said = said_by("pubkey-sha384-sha256");

  EXPECT_THAT(said.schemes,
              ElementsAre("ECDSA with SHA2-384", "RSA-PSS with SHA2-384", "RSA with SHA2-384",
                          "ECDSA with SHA2-256", "RSA-PSS with SHA2-256", "RSA with SHA2-256"));
  EXPECT_EQ(said.chain, said.schemes);
}

TEST(AuthWords, take_hashes_without_a_kind_of_key_for_any) {
  EXPECT_EQ(said_by("ike:sha512").schemes, said_by("ike:pubkey-sha512").schemes);
}

TEST(AuthWords, know_kinds_of_keys) {
  EXPECT_THAT(said_by("rsa-sha256").schemes,
              ElementsAre("RSA-PSS with SHA2-256", "RSA with SHA2-256"));
  EXPECT_THAT(said_by("ike:rsa/pss-sha512").schemes, ElementsAre("RSA-PSS with SHA2-512"));
  EXPECT_THAT(said_by("ecdsa").schemes,
              ElementsAre("ECDSA with SHA2-256", "ECDSA with SHA2-384", "ECDSA with SHA2-512"));
  EXPECT_EQ(said_by("ed25519").schemes.size(), 1U);
  EXPECT_EQ(said_by("ed448").schemes, said_by("pubkey-identity").schemes);
}

TEST(AuthWords, give_a_hash_to_the_kind_of_key_before_it) {
  EXPECT_THAT(said_by("rsa/pss-sha256-ecdsa-sha384").schemes,
              ElementsAre("RSA-PSS with SHA2-256", "ECDSA with SHA2-384"));
}

TEST(AuthWords, want_keys_of_some_length) {
  const auto ecdsa = said_by("ecdsa-384-sha384");
  EXPECT_EQ(ecdsa.ecdsa, 384U);
  EXPECT_EQ(ecdsa.rsa, 0U);
  EXPECT_THAT(ecdsa.schemes, ElementsAre("ECDSA with SHA2-384"));
  EXPECT_THAT(ecdsa.chain, ElementsAre("ECDSA with SHA2-384"));

  const auto both = said_by("rsa-2048-ecdsa-256");
  EXPECT_EQ(both.rsa, 2048U);
  EXPECT_EQ(both.ecdsa, 256U);
  EXPECT_THAT(both.chain, IsEmpty());
}

TEST(AuthWords, tell_certificates_from_the_signature_of_ike) {
  const auto ike = said_by("ike:rsa/pss-sha512");
  EXPECT_THAT(ike.chain, IsEmpty());

  const auto both = said_by("rsa-4096-sha256-ike:rsa/pss-sha512");
  EXPECT_EQ(both.rsa, 4096U);
  EXPECT_THAT(both.chain, ElementsAre("RSA-PSS with SHA2-256", "RSA with SHA2-256"));
  EXPECT_THAT(both.schemes, ElementsAre("RSA-PSS with SHA2-512"));

  EXPECT_EQ(said_by("ike:rsa-3072-sha256").rsa, 3072U);
}

struct Bad {
  std::string_view text;
  std::size_t offset;
  std::string_view wanted, hint;
};

constexpr std::string_view kinds = "`psk`, `pubkey`, or a kind of key with hashes";
constexpr std::string_view examples = "as rsa-sha256, rsa/pss-sha512, ecdsa-sha384, ed25519";
constexpr std::string_view bits = "they stand behind `rsa` or `ecdsa`, as in rsa-3072 or ecdsa-384";

constexpr auto bad = std::to_array<Bad>({
    {"eap-mschapv2", 0, "`psk` or `pubkey`", "EAP is not in this version"},
    {"xauth", 0, "`psk` or `pubkey`", "XAuth is of IKEv1, which this version does not have"},
    {"rsa-sha1", 4, "without `sha1`", "RFC 8247 rules out signatures with it"},
    {"ike:rsa-md5", 8, "without `md5`", "RFC 8247 rules out signatures with it"},
    {"pubkey-2048", 7, "without bits there", bits},
    {"ed25519-256", 8, "without bits there", bits},
    {"rsa-20480", 4, "of known words", ""},
    {"rsa-2k", 4, "of known words", ""},
    {"bliss", 0, kinds, examples},
    {"", 0, kinds, examples},
    {"rsa--sha256", 4, kinds, examples},
    {"ike:", 4, kinds, examples},
});

TEST(AuthWords, complain_at_the_word_that_is_wrong) {
  for (const auto& row : bad) {
    const auto auth = parse_auth(row.text);
    ASSERT_FALSE(auth) << row.text;
    EXPECT_EQ(auth.error().offset, row.offset) << row.text;
    EXPECT_EQ(auth.error().wanted, row.wanted) << row.text;
    EXPECT_EQ(auth.error().hint, row.hint) << row.text;
  }
}

}  // namespace
}  // namespace esplanade::config::keying
