#include "sa/proposal_text.h"

#include <gtest/gtest.h>

namespace esplanade::sa {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;
using iana::KeyExchangeId;
using iana::PrfId;
using iana::SecurityProtocol;
using iana::SequenceNumbersId;

constexpr auto no_esn = SequenceNumbersId::sequential_32_bit;
constexpr auto esn = SequenceNumbersId::partial_64_bit_sequential;

struct Row {
  SecurityProtocol protocol;
  std::string_view text;
  std::vector<Transform> transforms;
};

// What the words mean, by IANA's numbers (ikev2-parameters).
const std::vector<Row> accepted = {
    {SecurityProtocol::ike,
     "aes128gcm16-prfsha256-ecp256",
     {transform(EncryptionId{20}, 128), transform(PrfId{5}), transform(KeyExchangeId{19})}},
    {SecurityProtocol::ike,
     "aes256-sha256-modp2048",
     {transform(EncryptionId{12}, 256), transform(PrfId{5}), transform(IntegrityId{12}),
      transform(KeyExchangeId{14})}},
    {SecurityProtocol::ike,
     "aes256gcm16-sha384-x448",  // integrity of an AEAD names the PRF
     {transform(EncryptionId{20}, 256), transform(PrfId{6}), transform(KeyExchangeId{32})}},
    {SecurityProtocol::ike,
     "chacha20poly1305-prfsha512-curve25519",
     {transform(EncryptionId{28}), transform(PrfId{7}), transform(KeyExchangeId{31})}},
    {SecurityProtocol::ike,
     "3des-aesxcbc-prfaescmac-ecp256bp",
     {transform(EncryptionId{3}), transform(PrfId{8}), transform(IntegrityId{5}),
      transform(KeyExchangeId{28})}},
    {SecurityProtocol::esp,
     "aes128gcm-aes256gcm128",
     {transform(EncryptionId{20}, 128), transform(EncryptionId{20}, 256), transform(no_esn)}},
    {SecurityProtocol::esp,
     "aes192ccm8-aes192ccm96-esn",
     {transform(EncryptionId{14}, 192), transform(EncryptionId{15}, 192), transform(esn)}},
    {SecurityProtocol::esp,
     "aes256gcm64-noesn-esn-modp4096",
     {transform(EncryptionId{18}, 256), transform(KeyExchangeId{16}), transform(no_esn),
      transform(esn)}},
    {SecurityProtocol::esp,
     "null-sha512",
     {transform(EncryptionId{11}), transform(IntegrityId{14}), transform(no_esn)}},
    {SecurityProtocol::esp,
     "aes128ctr-camellia256-aescmac-x25519-modpnone",
     {transform(EncryptionId{13}, 128), transform(EncryptionId{23}, 256), transform(IntegrityId{8}),
      transform(KeyExchangeId{31}), transform(KeyExchangeId{0}), transform(no_esn)}},
    {SecurityProtocol::esp, "aes128gmac", {transform(EncryptionId{21}, 128), transform(no_esn)}},
    {SecurityProtocol::ah,
     "sha256-aes256gmac-esn",
     {transform(IntegrityId{12}), transform(IntegrityId{11}), transform(esn)}},
};

TEST(ProposalText, reads_strongswans_words) {
  for (const auto& [protocol, text, transforms] : accepted) {
    const auto proposal = parse_proposal(protocol, text);
    ASSERT_TRUE(proposal) << text << ": " << proposal.error().why;
    EXPECT_EQ(proposal->protocol, protocol);
    EXPECT_EQ(proposal->transforms, transforms) << text;
  }
}

TEST(ProposalText, puts_several_of_one_type_in_the_order_they_are_written) {
  const auto proposal = parse_proposal(
      SecurityProtocol::ike, "modp3072-aes256-ecp384-sha512-aes128-sha256-aes256-prfsha384");

  ASSERT_TRUE(proposal);
  EXPECT_EQ(to_text(*proposal), "aes256-aes128-prfsha384-sha512-sha256-modp3072-ecp384");
}

TEST(ProposalText, takes_the_prf_from_the_integrity_where_none_is_named) {
  const auto proposal = parse_proposal(SecurityProtocol::ike, "aes128-sha1-aesxcbc-modp2048");

  ASSERT_TRUE(proposal);
  EXPECT_EQ(to_text(*proposal), "aes128-prfsha1-prfaesxcbc-sha1-aesxcbc-modp2048");
}

struct Refused {
  SecurityProtocol protocol;
  std::string_view text;
  std::size_t offset;
  std::string_view why;
};

constexpr auto refused = std::to_array<Refused>({
    {SecurityProtocol::ike, "aes128-md5-modp2048", 7,
     "`md5` is refused: RFC 8221 and RFC 8247 rule it out"},
    {SecurityProtocol::ike, "aes128-sha256-modp1024", 14,
     "`modp1024` is refused: RFC 8247 rules it out"},
    {SecurityProtocol::ike, "aes128-sha256-modp1536", 14,
     "`modp1536` is refused: RFC 8247 rules it out"},
    {SecurityProtocol::ike, "aes128-sha256-modp768", 14,
     "`modp768` is refused: RFC 8247 rules it out"},
    {SecurityProtocol::ike, "des-sha256-modp2048", 0,
     "`des` is refused: RFC 8221 and RFC 8247 rule it out"},
    {SecurityProtocol::esp, "blowfish-sha256", 0, "`blowfish` is refused: RFC 8221 rules it out"},
    {SecurityProtocol::esp, "aes128-sha256-ecp192", 14,
     "`ecp192` is refused: it is too short for RFC 8247"},
    {SecurityProtocol::esp, "aes512-sha256", 0, "`aes512` is no algorithm"},
    {SecurityProtocol::esp, "aes128-", 7, "an algorithm is missing here"},
    {SecurityProtocol::esp, "", 0, "an algorithm is missing here"},
    {SecurityProtocol::esp, "aes128", 0,
     "`aes128` has no integrity, and without it encryption protects nothing"},
    {SecurityProtocol::esp, "null", 0,
     "`null` has no integrity, and without it encryption protects nothing"},
    {SecurityProtocol::esp, "aes128gcm16-sha256", 0,
     "`aes128gcm16-sha256` has integrity twice: an AEAD brings its own"},
    {SecurityProtocol::esp, "aes128gcm16-aes128-sha256", 0,
     "ciphers that bring integrity and such that need it cannot stand in one proposal"},
    {SecurityProtocol::esp, "sha256", 0, "`sha256` has no encryption"},
    {SecurityProtocol::esp, "aes128-sha256-prfsha256", 14, "`prfsha256` is nothing for ESP"},
    {SecurityProtocol::ike, "aes128-sha256-x25519-esn", 21, "`esn` is nothing for IKE"},
    {SecurityProtocol::ike, "null-sha256-x25519", 0, "`null` is nothing for IKE"},
    {SecurityProtocol::ike, "aes128-sha256", 0, "`aes128-sha256` has no key exchange"},
    {SecurityProtocol::ike, "aes128gcm16-x25519", 0,
     "`aes128gcm16-x25519` has no PRF, which keys are derived with"},
    {SecurityProtocol::ike, "aes128gcm16-sha256-prfsha256-x25519", 0,
     "`aes128gcm16-sha256-prfsha256-x25519` has integrity twice: an AEAD brings its own"},
    {SecurityProtocol::ike, "aes128-sha256-x25519-ke1_mlkem768", 21,
     "`ke1_mlkem768` is an additional key exchange (RFC 9370), which this version does not have"},
    {SecurityProtocol::ah, "aes128-sha256", 0, "`aes128` is nothing for AH"},
    {SecurityProtocol::ah, "esn", 0, "`esn` has no integrity"},
});

TEST(ProposalText, says_which_word_is_wrong_and_where) {
  for (const auto& [protocol, text, offset, why] : refused) {
    const auto proposal = parse_proposal(protocol, text);
    ASSERT_FALSE(proposal) << text;
    EXPECT_EQ(proposal.error().why, why);
    EXPECT_EQ(proposal.error().offset, offset) << text;
  }
}

TEST(ProposalText, offers_its_words_where_one_is_unknown) {
  const auto fault = parse_proposal(SecurityProtocol::esp, "aes512-sha256");
  ASSERT_FALSE(fault);
  EXPECT_TRUE(fault.error().is_unknown_word);

  const auto words = proposal_words(SecurityProtocol::esp);
  EXPECT_NE(std::ranges::find(words, "aes256"), words.end());
  EXPECT_EQ(std::ranges::find(words, "md5"), words.end());
  EXPECT_EQ(std::ranges::find(words, "prfsha256"), words.end());
}

TEST(ProposalText, reads_back_every_word_and_what_it_writes) {
  using enum SecurityProtocol;
  for (const auto protocol : {ike, esp, ah}) {
    for (const auto& proposal : default_proposals(protocol)) {
      EXPECT_EQ(parse_proposal(protocol, to_text(proposal)), proposal) << to_text(proposal);
    }
  }
}

TEST(ProposalText, defaults_stand_apart_by_aead_and_hold_what_rfc_8247_and_8221_demand) {
  const auto ike = default_proposals(SecurityProtocol::ike);
  const auto esp = default_proposals(SecurityProtocol::esp);

  ASSERT_EQ(ike.size(), 2U);
  ASSERT_EQ(esp.size(), 2U);
  const auto holds = [](const Proposal& proposal, const Transform& one) {
    return std::ranges::find(proposal.transforms, one) != proposal.transforms.end();
  };
  // RFC 8247, 2: AES-CBC 128 and 256, PRF and AUTH of SHA2-256, groups 14 and 19.
  for (const auto& one :
       {transform(EncryptionId{12}, 128), transform(EncryptionId{12}, 256), transform(PrfId{5}),
        transform(IntegrityId{12}), transform(KeyExchangeId{14}), transform(KeyExchangeId{19})}) {
    EXPECT_TRUE(holds(ike[1], one)) << to_text(one);
  }
  // RFC 8221, 5 and 6.
  EXPECT_TRUE(holds(esp[0], transform(EncryptionId{20}, 128)));
  EXPECT_TRUE(holds(esp[1], transform(EncryptionId{12}, 128)));
  EXPECT_TRUE(holds(esp[1], transform(IntegrityId{12})));
}

TEST(ProposalText, names_what_a_peer_may_offer_and_nobody_may_configure) {
  EXPECT_EQ(to_text(transform(EncryptionId::encr_des)), "des");
  EXPECT_EQ(to_text(transform(KeyExchangeId::modp_1024)), "modp1024");
  EXPECT_EQ(to_text(transform(EncryptionId::encr_idea)), "ENCR_IDEA");
  EXPECT_EQ(to_text(transform(EncryptionId{1234})), "ENCR 1234");
  EXPECT_EQ(to_text(transform(EncryptionId{12}, 100)), "ENCR_AES_CBC with 100 bits");
  EXPECT_EQ(to_text(Transform{.type = iana::TransformType{9}, .id = 7}), "transform type 9 7");
}

TEST(ProposalText, leaves_out_the_integrity_that_is_none) {
  const Proposal offered{.protocol = SecurityProtocol::esp,
                         .spi = {},
                         .transforms = {transform(esn), transform(IntegrityId::none),
                                        transform(EncryptionId{20}, 128)}};

  EXPECT_EQ(to_text(offered), "aes128gcm16-esn");
}

}  // namespace
}  // namespace esplanade::sa
