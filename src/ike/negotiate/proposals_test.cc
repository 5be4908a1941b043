#include "ike/negotiate/proposals.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <algorithm>

namespace esplanade::ike::negotiate {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;
using iana::KeyExchangeId;
using iana::PrfId;
using iana::SecurityProtocol;
using iana::SequenceNumbersId;
using iana::TransformType;
using sa::Proposal;
using sa::Transform;
using sa::transform;

const auto aes128 = transform(EncryptionId::encr_aes_cbc, 128);
const auto aes256 = transform(EncryptionId::encr_aes_cbc, 256);
const auto gcm128 = transform(EncryptionId::encr_aes_gcm_16, 128);
const auto chacha = transform(EncryptionId::encr_chacha20_poly1305);
const auto prf256 = transform(PrfId::prf_hmac_sha2_256);
const auto prf512 = transform(PrfId::prf_hmac_sha2_512);
const auto sha256 = transform(IntegrityId::auth_hmac_sha2_256_128);
const auto sha512 = transform(IntegrityId::auth_hmac_sha2_512_256);
const auto no_integrity = transform(IntegrityId::none);
const auto ecp256 = transform(KeyExchangeId::ecp_256);
const auto x25519 = transform(KeyExchangeId::curve25519);
const auto no_exchange = transform(KeyExchangeId::none);
const auto noesn = transform(SequenceNumbersId::sequential_32_bit);
const auto esn = transform(SequenceNumbersId::partial_64_bit_sequential);

auto ike(std::vector<Transform> transforms, std::uint8_t number = 1) -> Proposal {
  return {.number = number,
          .protocol = SecurityProtocol::ike,
          .spi = {},
          .transforms = std::move(transforms)};
}
auto esp(std::vector<Transform> transforms, std::uint8_t number = 1) -> Proposal {
  return {.number = number,
          .protocol = SecurityProtocol::esp,
          .spi = core::Bytes(4, std::byte{7}),
          .transforms = std::move(transforms)};
}
using Transforms = std::vector<Transform>;

auto select_one(const Proposal& theirs, const Proposal& ours,
                KeyExchangeRule rule = KeyExchangeRule::as_offered) -> std::optional<Transforms> {
  auto chosen = select({theirs}, {ours}, rule);
  if (!chosen) return std::nullopt;
  return std::move(chosen)->transforms;
}

TEST(Select, takes_our_first_proposal_that_fits_and_keeps_the_number_of_the_offer) {
  const auto chosen =
      select({ike({aes128, prf256, sha256, ecp256}, 1), ike({gcm128, prf256, x25519}, 2)},
             {ike({gcm128, prf256, x25519}), ike({aes128, prf256, sha256, ecp256})},
             KeyExchangeRule::as_offered);

  ASSERT_TRUE(chosen.has_value());
  EXPECT_EQ(*chosen, ike({gcm128, prf256, x25519}, 2));
}

TEST(Select, takes_within_a_proposal_what_we_like_best) {
  const auto theirs = ike({aes128, aes256, prf512, prf256, sha512, sha256, ecp256, x25519});
  const auto ours = ike({aes256, aes128, prf256, prf512, sha256, sha512, x25519, ecp256});

  EXPECT_EQ(select_one(theirs, ours), (Transforms{aes256, prf256, sha256, x25519}));
}

TEST(Select, takes_the_group_of_a_ke_that_is_there_already) {
  const auto both = ike({gcm128, prf256, x25519, ecp256});

  const auto chosen = select({both}, {both}, KeyExchangeRule::as_offered, KeyExchangeId::ecp_256);
  const auto other = select({both}, {both}, KeyExchangeRule::as_offered, KeyExchangeId::modp_2048);

  EXPECT_EQ(chosen->transforms, (Transforms{gcm128, prf256, ecp256}));
  EXPECT_EQ(other->transforms, (Transforms{gcm128, prf256, x25519}));
}

TEST(Select, does_not_give_up_the_better_proposal_for_the_group_of_a_ke) {
  const std::vector<Proposal> both{ike({gcm128, prf256, x25519}, 1),
                                   ike({aes128, prf256, sha256, ecp256}, 2)};

  EXPECT_EQ(select(both, both, KeyExchangeRule::as_offered, KeyExchangeId::ecp_256)->number, 1);
}

TEST(Select, takes_no_integrity_and_none_as_the_same_beside_an_aead) {
  const auto plain = ike({gcm128, prf256, x25519});
  const auto with_none = ike({gcm128, prf256, no_integrity, x25519});

  EXPECT_EQ(select_one(with_none, plain), with_none.transforms);
  EXPECT_EQ(select_one(plain, with_none), plain.transforms);
}

TEST(Select, pairs_each_cipher_with_the_integrity_that_may_stand_beside_it) {
  const auto mixed = ike({gcm128, aes128, prf256, sha256, x25519});

  EXPECT_EQ(select_one(mixed, mixed), (Transforms{aes128, prf256, sha256, x25519}));
  EXPECT_FALSE(select_one(ike({gcm128, prf256, sha256, x25519}), mixed).has_value());
  const auto bare = ike({aes128, prf256, x25519});
  EXPECT_FALSE(select_one(bare, bare).has_value());
}

TEST(Select, refuses_an_ike_sa_without_key_exchange_prf_or_encryption) {
  const auto whole = ike({gcm128, prf256, x25519});
  const auto none = ike({gcm128, prf256, no_exchange});
  const auto null = ike({transform(EncryptionId::encr_null), prf256, sha256, x25519});

  EXPECT_FALSE(select_one(ike({gcm128, prf256}), whole).has_value());
  EXPECT_FALSE(select_one(ike({gcm128, x25519}), whole).has_value());
  EXPECT_FALSE(select_one(ike({prf256, x25519}), whole).has_value());
  EXPECT_FALSE(select_one(none, none).has_value());
  EXPECT_FALSE(select_one(null, null).has_value());
}

TEST(Select, wants_sequence_numbers_said_in_an_esp_proposal) {
  EXPECT_EQ(select_one(esp({gcm128, esn, noesn}), esp({gcm128, noesn, esn})),
            (Transforms{gcm128, noesn}));
  EXPECT_EQ(select_one(esp({gcm128, noesn}), esp({gcm128})), (Transforms{gcm128, noesn}));
  EXPECT_FALSE(select_one(esp({gcm128}), esp({gcm128, noesn})).has_value());
  EXPECT_FALSE(select_one(esp({gcm128, esn}), esp({gcm128, noesn})).has_value());
}

TEST(Select, takes_no_group_and_none_as_the_same_in_a_child) {
  const auto plain = esp({gcm128, noesn});
  const auto pfs = esp({gcm128, x25519, noesn});
  const auto optional = esp({gcm128, x25519, no_exchange, noesn});

  EXPECT_EQ(select_one(optional, plain), (Transforms{gcm128, no_exchange, noesn}));
  EXPECT_EQ(select_one(plain, optional), plain.transforms);
  EXPECT_FALSE(select_one(pfs, plain).has_value());
  EXPECT_FALSE(select_one(plain, pfs).has_value());
}

TEST(Select, sees_no_key_exchange_in_ike_auth) {
  const auto pfs = esp({gcm128, x25519, noesn});

  EXPECT_EQ(select_one(esp({gcm128, noesn}), pfs, KeyExchangeRule::ignored),
            (Transforms{gcm128, noesn}));
  EXPECT_EQ(select_one(esp({gcm128, ecp256, noesn}), pfs, KeyExchangeRule::ignored),
            (Transforms{gcm128, noesn}));
}

TEST(Select, passes_over_a_proposal_with_a_type_nobody_knows) {
  const Transform strange{.type = TransformType{9}, .id = 1};
  const auto ours = ike({gcm128, prf256, x25519});

  EXPECT_FALSE(select_one(ike({gcm128, prf256, x25519, strange}), ours).has_value());
  EXPECT_FALSE(select_one(ike({gcm128, prf256, x25519, noesn}), ours).has_value());
  EXPECT_EQ(select({ike({gcm128, prf256, x25519, strange}, 1), ike({gcm128, prf256, x25519}, 2)},
                   {ours}, KeyExchangeRule::as_offered)
                ->number,
            2);
}

TEST(Select, passes_over_a_transform_with_an_attribute_nobody_knows) {
  auto strange = aes256;
  strange.has_unknown_attribute = true;
  const auto ours = ike({aes256, aes128, prf256, sha256, x25519});

  EXPECT_EQ(select_one(ike({strange, aes128, prf256, sha256, x25519}), ours),
            (Transforms{aes128, prf256, sha256, x25519}));
}

TEST(Select, passes_over_wrong_key_lengths) {
  const auto bare_aes = transform(EncryptionId::encr_aes_gcm_16);
  const auto odd_aes = transform(EncryptionId::encr_aes_gcm_16, 129);
  const auto long_chacha = transform(EncryptionId::encr_chacha20_poly1305, 256);
  auto long_prf = prf256;
  long_prf.key_bits = 256;

  for (const auto& wrong : {bare_aes, odd_aes, long_chacha}) {
    const auto both = ike({wrong, prf256, x25519});
    EXPECT_FALSE(select_one(both, both).has_value()) << wrong.id << "/" << wrong.key_bits;
  }
  const auto odd_prf = ike({gcm128, long_prf, x25519});
  EXPECT_FALSE(select_one(odd_prf, odd_prf).has_value());
  const auto right = ike({chacha, prf256, x25519});
  EXPECT_EQ(select_one(right, right), right.transforms);
}

TEST(Select, keeps_protocols_apart) {
  auto ah = esp({sha256, noesn});
  ah.protocol = SecurityProtocol::ah;

  EXPECT_EQ(select_one(ah, ah), ah.transforms);
  EXPECT_FALSE(select_one(ah, esp({gcm128, noesn})).has_value());
  auto empty_ah = esp({no_integrity, noesn});
  empty_ah.protocol = SecurityProtocol::ah;
  EXPECT_FALSE(select_one(empty_ah, empty_ah).has_value());
}

TEST(IsAmong, refuses_what_was_not_offered) {
  const auto offered =
      offer({ike({aes256, aes128, prf256, sha256, x25519, ecp256}), ike({gcm128, prf256, x25519})},
            KeyExchangeRule::as_offered, {});
  const auto fits = [&](const Proposal& chosen) {
    return is_among(chosen, offered, KeyExchangeRule::as_offered);
  };

  EXPECT_TRUE(fits(ike({aes128, prf256, sha256, ecp256}, 1)));
  EXPECT_TRUE(fits(ike({gcm128, prf256, x25519}, 2)));
  EXPECT_TRUE(fits(ike({gcm128, prf256, no_integrity, x25519}, 2)));
  EXPECT_FALSE(fits(ike({gcm128, prf256, x25519}, 1))) << "of another proposal";
  EXPECT_FALSE(fits(ike({gcm128, prf256, x25519}, 3))) << "of none";
  EXPECT_FALSE(fits(ike({gcm128, prf512, x25519}, 2))) << "a PRF we did not offer";
  EXPECT_FALSE(fits(ike({aes256, aes128, prf256, sha256, x25519}, 1))) << "two ciphers";
  EXPECT_FALSE(fits(ike({aes128, prf256, ecp256}, 1))) << "no integrity";
  EXPECT_FALSE(fits(ike({gcm128, x25519}, 2))) << "no PRF";
  EXPECT_FALSE(fits(ike({gcm128, prf256, x25519, noesn}, 2))) << "a type too much";
}

TEST(IsAmong, takes_no_key_exchange_in_ike_auth) {
  const auto offered =
      offer({esp({gcm128, x25519, noesn})}, KeyExchangeRule::ignored, core::Bytes(4));

  EXPECT_TRUE(is_among(esp({gcm128, noesn}), offered, KeyExchangeRule::ignored));
  EXPECT_TRUE(is_among(esp({gcm128, no_exchange, noesn}), offered, KeyExchangeRule::ignored));
  EXPECT_FALSE(is_among(esp({gcm128, x25519, noesn}), offered, KeyExchangeRule::ignored));
}

TEST(Offer, numbers_from_one_and_leaves_the_key_exchange_out_where_there_is_none) {
  const core::Bytes spi(4, std::byte{9});

  const auto first = offer({esp({gcm128, x25519, noesn}), esp({aes128, sha256, noesn})},
                           KeyExchangeRule::ignored, spi);

  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].number, 1);
  EXPECT_EQ(first[1].number, 2);
  EXPECT_EQ(first[1].spi, spi);
  EXPECT_EQ(first[0].transforms, (Transforms{gcm128, noesn}));
}

TEST(ChosenId, is_none_for_absent_types_that_have_a_none) {
  const auto chosen = esp({gcm128, esn});

  EXPECT_EQ(chosen_id(chosen, TransformType::encryption), 20);
  EXPECT_EQ(chosen_id(chosen, TransformType::integrity), 0);
  EXPECT_EQ(chosen_id(chosen, TransformType::key_exchange_method), 0);
  EXPECT_EQ(chosen_id(chosen, TransformType::sequence_numbers), 1);
  EXPECT_EQ(chosen_id(chosen, TransformType::pseudorandom_function), std::nullopt);
}

TEST(KeyExchangeMethods, come_once_each_without_none) {
  EXPECT_EQ(key_exchange_methods({ike({x25519, no_exchange}), ike({ecp256, x25519})}),
            (std::vector{KeyExchangeId::curve25519, KeyExchangeId::ecp_256}));
}

// --- against a model that tries everything ------------------------------------------------------

// One transform a type, 0 for an absent type that has NONE; a list is one complete suite.
using Suite = std::vector<Transform>;

auto of_type(const Proposal& proposal, TransformType type) -> Transforms {
  Transforms found;
  for (const auto& one : proposal.transforms) {
    if (one.type == type) found.push_back(one);
  }
  const auto has_none =
      type == TransformType::integrity || type == TransformType::key_exchange_method;
  if (found.empty() && has_none) found.push_back({.type = type, .id = 0});
  return found;
}

// Every suite that `suites` begin, with each transform of a type behind it.
auto times(const std::vector<Suite>& suites, const Transforms& choices) -> std::vector<Suite> {
  std::vector<Suite> longer;
  for (const auto& suite : suites) {
    for (const auto& choice : choices) {
      longer.push_back(suite);
      longer.back().push_back(choice);
    }
  }
  return longer;
}

auto suites_of(const Proposal& proposal) -> std::vector<Suite> {
  std::vector<Suite> suites{{}};
  for (const auto type : {TransformType::encryption, TransformType::pseudorandom_function,
                          TransformType::integrity, TransformType::key_exchange_method}) {
    suites = times(suites, of_type(proposal, type));
  }
  std::erase_if(suites, [](const auto& suite) {
    return (suite[0].id == 20) != (suite[2].id == 0) || suite[3].id == 0;
  });
  return suites;
}

auto any_ike_proposal() -> rc::Gen<Proposal> {
  const auto some = rc::gen::element(aes128, aes256, gcm128, prf256, prf512, sha256, sha512,
                                     no_integrity, ecp256, x25519);
  return rc::gen::map(rc::gen::resize(10, rc::gen::container<Transforms>(some)),
                      [](Transforms transforms) {
                        transforms.push_back(prf256);
                        return ike(std::move(transforms));
                      });
}

auto model_has_common(const std::vector<Proposal>& offered, const std::vector<Proposal>& ours)
    -> bool {
  return std::ranges::any_of(offered, [&](const auto& theirs) {
    const auto suites = suites_of(theirs);
    return std::ranges::any_of(ours, [&](const auto& wanted) {
      return std::ranges::any_of(suites_of(wanted), [&](const auto& suite) {
        return std::ranges::find(suites, suite) != suites.end();
      });
    });
  });
}

auto suite_of(const Proposal& chosen) -> Suite {
  return {of_type(chosen, TransformType::encryption).front(),
          of_type(chosen, TransformType::pseudorandom_function).front(),
          of_type(chosen, TransformType::integrity).front(),
          of_type(chosen, TransformType::key_exchange_method).front()};
}

RC_GTEST_PROP(Select, finds_a_suite_just_when_there_is_one, ()) {
  const auto proposals =
      rc::gen::resize(4, rc::gen::container<std::vector<Proposal>>(any_ike_proposal()));
  const auto offered = offer(*proposals, KeyExchangeRule::as_offered, {});
  const auto ours = *proposals;

  const auto chosen = select(offered, ours, KeyExchangeRule::as_offered);

  RC_ASSERT(chosen.has_value() == model_has_common(offered, ours));
  if (!chosen) return;
  RC_ASSERT(is_among(*chosen, offered, KeyExchangeRule::as_offered));
  const auto suites = suites_of(offered.at(chosen->number - 1U));
  RC_ASSERT(std::ranges::find(suites, suite_of(*chosen)) != suites.end());
}

}  // namespace
}  // namespace esplanade::ike::negotiate
