// What an operator reads of an IKE_SA_INIT that was captured and went wrong: no keys needed.
#include "ike/explain/explain_test_support.h"
#include "ike/session/handshake/nat.h"

#include <gtest/gtest.h>

namespace esplanade::ike::explain {
namespace {

using namespace test;
using iana::KeyExchangeId;

auto offer(std::vector<std::string_view> texts, KeyExchangeId group = KeyExchangeId::ecp_256)
    -> Payloads {
  return {ike_sa(texts), ke(group)};
}
const Payloads no_proposal{notify(NotifyType::no_proposal_chosen)};

// --- proposals -----------------------------------------------------------------------------------

TEST(SaInitCorpus, names_an_offer_that_was_refused) {
  Film film;
  film.ask(init, offer({"aes128-sha256-ecp256"})).answer(init, no_proposal);

  EXPECT_EQ(film.why(),
            "192.0.2.2 answered NO_PROPOSAL_CHOSEN: it has none of the IKE proposals of 192.0.2.1 "
            "(aes128-prfsha256-sha256-ecp256), or no connection for these addresses");
  EXPECT_EQ(film.report().findings.front().hint,
            "compare with the configuration of 192.0.2.2, or give it by --config");
  EXPECT_EQ(film.report().outcome, Outcome::refused);
}

struct Case {
  std::vector<std::string_view> theirs;
  std::string_view sentence;
};

const std::vector<Case> refused_by_bob{
    {{"aes128-sha256-ecp256"},
     "their proposal 1 differs only in the encryption: they offer aes128, we want aes256"},
    {{"aes256-sha384-ecp384", "aes256-sha256-prfsha1-ecp256"},
     "their proposal 2 differs only in the PRF: they offer prfsha1, we want prfsha256"},
    {{"aes256-sha256-modp2048"},
     "their proposal 1 differs only in the key exchange: they offer modp2048, we want ecp256"},
    {{"aes256-sha512-prfsha256-ecp256"},
     "their proposal 1 differs only in the integrity: they offer sha512, we want sha256"},
    {{"aes256gcm16-prfsha256-ecp256"},
     "their proposal 1 differs only in the encryption: they offer aes256gcm16, we want aes256"},
    {{"aes256-sha256-ecp256"},
     "we answered NO_PROPOSAL_CHOSEN, but proposals of connection site allow what they offer"},
};

TEST(SaInitCorpus, compares_with_the_configuration_of_who_refused) {
  for (const auto& one : refused_by_bob) {
    Film film;
    film.know(bobs()).ask(init, offer(one.theirs)).answer(init, no_proposal);

    EXPECT_EQ(film.why(), one.sentence);
    EXPECT_EQ(film.report().findings.front().line.to_string(), "gw.conf:5");
    EXPECT_EQ(film.report().connection, "site");
  }
}

TEST(SaInitCorpus, compares_with_what_the_other_end_offers_when_it_begins) {
  Film film;
  film.ask(init, offer({"aes256-sha256-ecp256"})).answer(init, no_proposal);
  film.other_way().ask(init, offer({"aes256-sha384-prfsha256-ecp256"})).answer(init, no_proposal);

  EXPECT_EQ(film.why(0),
            "192.0.2.1's proposal 1 differs only in the integrity: 192.0.2.1 offers sha256, "
            "192.0.2.2 wants sha384");
  EXPECT_EQ(film.why(1),
            "192.0.2.2's proposal 1 differs only in the integrity: 192.0.2.2 offers sha384, "
            "192.0.2.1 wants sha256");

  film.know(alices());
  EXPECT_EQ(film.why(0),
            "our proposal 1 differs only in the integrity: we offer sha256, they want sha384");
  EXPECT_EQ(film.report().findings.front().line.to_string(), "gw.conf:5");
}

TEST(SaInitCorpus, says_what_we_offered_where_only_the_peer_knows_why) {
  Film film;
  film.know(alices()).ask(init, offer({"aes256-sha256-ecp256"})).answer(init, no_proposal);

  EXPECT_EQ(film.why(),
            "192.0.2.2 answered NO_PROPOSAL_CHOSEN: it has none of the IKE proposals of 192.0.2.1 "
            "(aes256-prfsha256-sha256-ecp256), or no connection for these addresses");
  EXPECT_EQ(film.report().findings.front().hint,
            "set proposals to what the peer's configuration allows");
}

TEST(SaInitCorpus, says_that_the_configuration_is_not_about_these_two) {
  Film film;
  film.know(connection_of(bob, net::Address::parse("203.0.113.9").value()));
  film.ask(init, offer({"aes256-sha256-ecp256"})).answer(init, no_proposal);

  EXPECT_EQ(film.report().findings.front().why,
            "no connection of the configuration is between 192.0.2.1 and 192.0.2.2");
}

TEST(SaInitCorpus, says_that_nobody_offered_what_was_chosen) {
  Film film;
  film.ask(init, offer({"aes256-sha256-ecp256"}));
  film.answer(init, offer({"aes128-sha256-ecp256"}));

  EXPECT_EQ(film.why(),
            "192.0.2.2 chose aes128-prfsha256-sha256-ecp256, which 192.0.2.1 did not offer");
}

// --- groups --------------------------------------------------------------------------------------

auto wants(KeyExchangeId group) -> Payloads { return {session::invalid_ke(group)}; }

TEST(SaInitCorpus, says_that_a_group_was_guessed_wrong) {
  const std::vector<std::string_view> both{"aes256-sha256-ecp256-modp2048"};
  Film film;
  film.ask(init, offer(both, KeyExchangeId::ecp_256));
  film.answer(init, wants(KeyExchangeId::modp_2048));
  film.ask(init, offer(both, KeyExchangeId::modp_2048));
  film.answer(init, offer({"aes256-sha256-modp2048"}));

  EXPECT_EQ(film.why(),
            "192.0.2.2 wants modp2048, 192.0.2.1 began with ecp256, and took it when it was asked "
            "to");
  EXPECT_EQ(film.report().findings.front().level, Level::info);
  EXPECT_EQ(film.report().outcome, Outcome::unfinished);
}

TEST(SaInitCorpus, says_that_a_group_was_never_proposed) {
  Film film;
  film.know(alices()).ask(init, offer({"aes256-sha256-ecp256"}));
  film.answer(init, wants(KeyExchangeId::ecp_384));

  EXPECT_EQ(film.why(),
            "192.0.2.2 wants ecp384, 192.0.2.1 began with ecp256 and does not propose the other at "
            "all");
  EXPECT_EQ(film.report().findings.front().hint, "add ecp384 to proposals of 192.0.2.1");
  EXPECT_EQ(film.report().findings.front().line.to_string(), "gw.conf:5");
}

TEST(SaInitCorpus, names_the_group_of_an_answer_seen_alone) {
  Film film;
  film.answer(init, wants(KeyExchangeId::ecp_384));
  EXPECT_EQ(film.why(), "192.0.2.2 answered INVALID_KE_PAYLOAD and wants ecp384");

  Film other;
  other.answer(init, {notify(NotifyType::invalid_ke_payload)});
  EXPECT_EQ(other.why(), "192.0.2.2 answered INVALID_KE_PAYLOAD and names no group");
}

TEST(SaInitCorpus, says_that_the_initiator_does_not_follow) {
  const std::vector<std::string_view> both{"aes256-sha256-ecp256-ecp384"};
  Film film;
  film.ask(init, offer(both)).answer(init, wants(KeyExchangeId::ecp_384));

  EXPECT_EQ(film.why(),
            "192.0.2.2 wants ecp384, 192.0.2.1 began with ecp256, and did not follow when it was "
            "asked to");
}

TEST(SaInitCorpus, says_that_two_go_round_in_circles_about_a_group) {
  const std::vector<std::string_view> both{"aes256-sha256-ecp256-ecp384"};
  Film film;
  for (int i = 0; i < 3; ++i) {
    auto asked = offer(both, i % 2 == 0 ? KeyExchangeId::ecp_256 : KeyExchangeId::ecp_384);
    asked.emplace_back(wire::NoncePayload{core::Bytes(16, std::byte(i))});
    film.ask(init, std::move(asked));
    film.answer(init, wants(i % 2 == 0 ? KeyExchangeId::ecp_384 : KeyExchangeId::ecp_256));
  }

  EXPECT_EQ(film.why(),
            "192.0.2.2 answered INVALID_KE_PAYLOAD 3 times: the two go round in circles");
}

// --- cookies -------------------------------------------------------------------------------------

auto cookie(std::uint8_t first) -> wire::NotifyPayload {
  return notify(NotifyType::cookie, core::Bytes(8, std::byte{first}));
}
auto with_cookie(std::uint8_t first) -> Payloads {
  auto payloads = offer({"aes256-sha256-ecp256"});
  payloads.insert(payloads.begin(), cookie(first));
  return payloads;
}

TEST(SaInitCorpus, says_that_a_cookie_was_asked_for) {
  Film film;
  film.ask(init, offer({"aes256-sha256-ecp256"})).answer(init, {cookie(1)});
  film.ask(init, with_cookie(1)).answer(init, offer({"aes256-sha256-ecp256"}));

  EXPECT_EQ(film.why(), "192.0.2.2 asked for a cookie, and 192.0.2.1 returned it");
}

TEST(SaInitCorpus, says_that_a_cookie_was_not_returned) {
  Film film;
  film.ask(init, offer({"aes256-sha256-ecp256"})).answer(init, {cookie(1)});
  EXPECT_EQ(film.why(), "192.0.2.2 asked for a cookie, and 192.0.2.1 did not return it");

  film.ask(init, with_cookie(2)).wait(10s);
  EXPECT_TRUE(
      film.why().starts_with("192.0.2.2 asked for a cookie, and 192.0.2.1 did not return it"))
      << film.why();
}

TEST(SaInitCorpus, says_that_two_go_round_in_circles_about_cookies) {
  Film film;
  film.ask(init, offer({"aes256-sha256-ecp256"})).answer(init, {cookie(1)});
  film.ask(init, with_cookie(1)).answer(init, {cookie(2)});
  film.ask(init, with_cookie(2)).answer(init, {cookie(3)});

  EXPECT_EQ(film.why(), "192.0.2.2 answered COOKIE 3 times: the two go round in circles");
}

// --- the rest ------------------------------------------------------------------------------------

TEST(SaInitCorpus, names_any_other_error) {
  Film film;
  film.ask(init, offer({"aes256-sha256-ecp256"}));
  film.answer(init, {notify(NotifyType::unsupported_critical_payload, {std::byte{77}})});

  EXPECT_EQ(film.why(), "192.0.2.2 answered UNSUPPORTED_CRITICAL_PAYLOAD to IKE_SA_INIT");
}

TEST(SaInitCorpus, sees_a_nat_by_its_hashes) {
  const auto spis = IkeSpis{.i = IkeSpi{0x0102030405060708}, .r = {}};
  const net::Path inside{.ours = {net::Address::parse("10.0.0.7").value(), 500},
                         .theirs = {bob, 500}};
  auto asked = offer({"aes256-sha256-ecp256"});
  for (auto& payload : session::nat_detection(spis, inside, session::Encapsulation::if_needed)) {
    asked.push_back(std::move(payload));
  }
  Film film;
  film.ask(init, std::move(asked)).answer(init, offer({"aes256-sha256-ecp256"}));

  EXPECT_EQ(film.why(), "192.0.2.1 is behind a NAT, or made to look so");
}

TEST(SaInitCorpus, knows_ikev1_when_it_sees_it) {
  Observer observer;
  Sighting old;
  old.frame = 1;
  old.from = {.address = alice, .port = 500};
  old.to = {.address = bob, .port = 500};
  old.header.major_version = 1;
  observer.saw(old);

  const auto report = explain(observer.knowledge().conversations.front(), observer.knowledge());

  EXPECT_EQ(report.outcome, Outcome::not_ikev2);
  EXPECT_EQ(report.findings.front().why, "192.0.2.1 speaks IKEv1, and this program IKEv2 only");
}

}  // namespace
}  // namespace esplanade::ike::explain
