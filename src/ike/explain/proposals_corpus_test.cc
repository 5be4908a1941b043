// What an operator reads when proposals do not fit: offers as real gateways make them, and the one
// sentence that names what to change.
#include "ike/negotiate/proposals.h"
#include "sa/proposal_text.h"

#include <gtest/gtest.h>

namespace esplanade::ike::negotiate {
namespace {

using iana::SecurityProtocol;
using Texts = std::vector<std::string_view>;

struct Case {
  SecurityProtocol protocol{};
  Texts theirs, ours;
  std::string_view sentence;
};

auto parse(SecurityProtocol protocol, const Texts& texts) -> std::vector<sa::Proposal> {
  std::vector<sa::Proposal> proposals;
  for (const auto text : texts) proposals.push_back(sa::parse_proposal(protocol, text).value());
  return proposals;
}

auto sentence_of(const Case& one, KeyExchangeRule rule = KeyExchangeRule::as_offered)
    -> std::string {
  const auto offered = offer(parse(one.protocol, one.theirs), rule, {});
  const auto chosen = select(offered, parse(one.protocol, one.ours), rule);
  return chosen ? "agreed on " + sa::to_text(*chosen) : chosen.error().to_sentence();
}

constexpr auto ike = SecurityProtocol::ike;
constexpr auto esp = SecurityProtocol::esp;

const std::vector<Case> ike_cases{
    {ike,
     {"aes128-sha256-modp2048"},
     {"aes256-sha256-modp2048"},
     "their proposal 1 differs only in the encryption: they offer aes128, we want aes256"},
    {ike,
     {"aes128-sha256-modp2048"},
     {"aes128gcm16-prfsha256-modp2048"},
     "their proposal 1 differs only in the encryption: they offer aes128, we want aes128gcm16"},
    {ike,
     {"aes128gcm16-prfsha256-modp2048"},
     {"aes128-sha256-modp2048"},
     "their proposal 1 differs only in the encryption: they offer aes128gcm16, we want aes128"},
    {ike,
     {"aes256-sha384-modp2048"},
     {"aes256-sha384-ecp384"},
     "their proposal 1 differs only in the key exchange: they offer modp2048, we want ecp384"},
    {ike,
     {"aes256-sha256-modp2048-modp3072"},
     {"aes256-sha256-x25519-ecp256"},
     "their proposal 1 differs only in the key exchange: they offer modp2048 or modp3072, we want "
     "x25519 or ecp256"},
    {ike,
     {"aes256gcm16-prfsha384-ecp384"},
     {"aes256gcm16-prfsha256-ecp384"},
     "their proposal 1 differs only in the PRF: they offer prfsha384, we want prfsha256"},
    {ike,
     {"aes256-sha384-prfsha256-ecp256"},
     {"aes256-sha256-prfsha256-ecp256"},
     "their proposal 1 differs only in the integrity: they offer sha384, we want sha256"},
    {ike,
     {"aes256-sha384-ecp256"},
     {"aes256-sha256-ecp256"},
     "their proposal 1 comes closest and differs in the PRF (they offer prfsha384, we want "
     "prfsha256) and the integrity (they offer sha384, we want sha256)"},
    {ike,
     {"aes128-sha256-modp2048"},
     {"aes256-sha512-ecp384"},
     "their proposal 1 comes closest and differs in the encryption (they offer aes128, we want "
     "aes256), the PRF (they offer prfsha256, we want prfsha512), the integrity (they offer "
     "sha256, we want sha512) and the key exchange (they offer modp2048, we want ecp384)"},
    {ike,
     {"aes128-sha256-modp2048", "aes256-sha256-modp4096"},
     {"aes256-sha256-ecp384"},
     "their proposal 2 differs only in the key exchange: they offer modp4096, we want ecp384"},
    {ike,
     {"aes256-sha256-modp2048"},
     {"aes128gcm16-prfsha256-x25519", "aes256-sha256-x25519"},
     "their proposal 1 differs only in the key exchange: they offer modp2048, we want "
     "x25519"},
    {ike,
     {"chacha20poly1305-prfsha256-x25519"},
     {"aes256gcm16-prfsha256-x25519"},
     "their proposal 1 differs only in the encryption: they offer chacha20poly1305, we want "
     "aes256gcm16"},
    {ike,
     {"aes128-aes192-sha256-ecp256"},
     {"aes256-sha256-ecp256"},
     "their proposal 1 differs only in the encryption: they offer aes128 or aes192, we want "
     "aes256"},
    {ike,
     {"aes256ccm16-prfsha256-ecp256"},
     {"aes256gcm16-prfsha256-ecp256"},
     "their proposal 1 differs only in the encryption: they offer aes256ccm16, we want "
     "aes256gcm16"},
    {ike, {}, {"aes256-sha256-ecp256"}, "they offer no proposal"},
    {ike, {"aes256-sha256-ecp256"}, {}, "we have no proposal configured"},
};

TEST(ProposalCorpus, names_what_separates_two_ike_proposals) {
  for (const auto& one : ike_cases) EXPECT_EQ(sentence_of(one), one.sentence);
}

const std::vector<Case> esp_cases{
    {esp,
     {"aes128gcm16"},
     {"aes256gcm16"},
     "their proposal 1 differs only in the encryption: they offer aes128gcm16, we want "
     "aes256gcm16"},
    {esp,
     {"aes256-sha256"},
     {"aes256gcm16"},
     "their proposal 1 differs only in the encryption: they offer aes256, we want aes256gcm16"},
    {esp,
     {"aes256-sha384"},
     {"aes256-sha256"},
     "their proposal 1 differs only in the integrity: they offer sha384, we want sha256"},
    {esp,
     {"aes256gcm16"},
     {"aes256gcm16-ecp384"},
     "their proposal 1 differs only in the key exchange: they offer none, we want ecp384"},
    {esp,
     {"aes256gcm16-modp2048"},
     {"aes256gcm16"},
     "their proposal 1 differs only in the key exchange: they offer modp2048, we want none"},
    {esp,
     {"aes256gcm16-modp2048"},
     {"aes256gcm16-ecp256"},
     "their proposal 1 differs only in the key exchange: they offer modp2048, we want ecp256"},
    {esp,
     {"aes256gcm16-esn"},
     {"aes256gcm16-noesn"},
     "their proposal 1 differs only in the sequence numbers: they offer esn, we want noesn"},
    {esp,
     {"aes256gcm16-noesn"},
     {"aes256gcm16-esn"},
     "their proposal 1 differs only in the sequence numbers: they offer noesn, we want esn"},
    {esp,
     {"aes128-sha256", "aes128gcm16-noesn"},
     {"aes256gcm16-esn", "aes256-sha256"},
     "their proposal 1 differs only in the encryption: they offer aes128, we want aes256"},
};

TEST(ProposalCorpus, names_what_separates_two_esp_proposals) {
  for (const auto& one : esp_cases) EXPECT_EQ(sentence_of(one), one.sentence);
}

TEST(ProposalCorpus, sees_no_difference_in_a_key_exchange_that_ike_auth_leaves_out) {
  const Case one{esp, {"aes256gcm16-ecp256"}, {"aes256gcm16-modp2048"}, ""};

  EXPECT_EQ(sentence_of(one, KeyExchangeRule::ignored), "agreed on aes256gcm16-noesn");
}

auto strange(std::string_view text, sa::Transform transform) -> std::string {
  auto theirs = parse(ike, {text});
  theirs.front().transforms.push_back(transform);
  const auto chosen = select(offer(theirs, KeyExchangeRule::as_offered, {}),
                             parse(ike, {"aes128-sha256-ecp256"}), KeyExchangeRule::as_offered);
  return chosen ? "agreed" : chosen.error().to_sentence();
}

TEST(ProposalCorpus, names_what_nobody_knows) {
  EXPECT_EQ(strange("aes128-sha256-ecp256", {.type = iana::TransformType{6}, .id = 36}),
            "their proposal 1 differs only in transform type 6, which we do not know");
}

auto with_cipher(sa::Transform cipher) -> std::string {
  auto theirs = parse(ike, {"aes128-sha256-ecp256"});
  theirs.front().transforms.front() = cipher;
  const auto chosen = select(offer(theirs, KeyExchangeRule::as_offered, {}),
                             parse(ike, {"aes128-sha256-ecp256"}), KeyExchangeRule::as_offered);
  return chosen ? "agreed" : chosen.error().to_sentence();
}

TEST(ProposalCorpus, names_a_transform_that_is_not_as_it_should_be) {
  auto cipher = sa::transform(iana::EncryptionId::encr_aes_cbc, 128);
  cipher.has_unknown_attribute = true;

  EXPECT_EQ(with_cipher(cipher),
            "their proposal 1 differs only in the encryption: they offer aes128 (with an attribute "
            "we do not know), we want aes128");
  EXPECT_EQ(with_cipher(sa::transform(iana::EncryptionId::encr_aes_cbc, 129)),
            "their proposal 1 differs only in the encryption: they offer ENCR_AES_CBC with 129 "
            "bits (a wrong key length), we want aes128");
}

TEST(ProposalCorpus, names_the_protocols_where_they_differ) {
  auto theirs = parse(esp, {"aes256gcm16"});
  theirs.front().protocol = SecurityProtocol::ah;

  EXPECT_EQ(select(theirs, parse(esp, {"aes256gcm16"}), KeyExchangeRule::as_offered)
                .error()
                .to_sentence(),
            "they offer AH, we want ESP");
}

}  // namespace
}  // namespace esplanade::ike::negotiate
