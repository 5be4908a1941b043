// What an operator reads when messages do not arrive: blocked ports, links that drop large packets,
// dead peers, ESP one way only.
#include "ike/explain/explain_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::explain {
namespace {

using namespace test;

const Payloads offer{ike_sa({"aes256-sha256-ecp256"}), ke(iana::KeyExchangeId::ecp_256)};

auto with_fragmentation(Payloads payloads) -> Payloads {
  payloads.emplace_back(notify(NotifyType::ikev2_fragmentation_supported));
  return payloads;
}

/// A closed message of IKE_AUTH.
auto auth_of(std::size_t size, std::uint16_t port = 500) -> What {
  return {.type = ExchangeType::ike_auth,
          .id = 1,
          .port = port,
          .size = size,
          .sight = Sight::closed,
          .is_ip_fragment = false};
}

void repeat(Film& film, const What& what, const Payloads& payloads = {}) {
  for (const auto pause : {0s, 4s, 7s}) film.wait(pause).ask(what, payloads);
  film.wait(30s);
}

auto after_sa_init(const What& what) -> Film {
  Film film;
  film.ask(init, offer).answer(init, offer);
  repeat(film, what);
  return film;
}

// --- ports ---------------------------------------------------------------------------------------

TEST(SilenceCorpus, says_that_nobody_answers_at_all) {
  Film film;
  film.know(alices());
  repeat(film, init, offer);

  EXPECT_EQ(film.why(), "192.0.2.2:500 does not answer IKE_SA_INIT (sent 3 times in 11 s)");
  const auto finding = film.report().findings.front();
  EXPECT_EQ(finding.hint,
            "is it up, is that its address, and does UDP port 500 get through both ways?");
  EXPECT_EQ(finding.line.to_string(), "gw.conf:4");
  EXPECT_EQ(film.report().outcome, Outcome::unanswered);
}

TEST(SilenceCorpus, says_that_port_4500_is_blocked) {
  EXPECT_EQ(after_sa_init(auth_of(300, 4500)).why(),
            "192.0.2.2 answered on UDP port 500, and nothing ever came from its port 4500 "
            "(IKE_AUTH sent 3 times in 11 s)");
}

TEST(SilenceCorpus, says_that_ike_auth_is_not_answered) {
  EXPECT_EQ(after_sa_init(auth_of(300)).why(),
            "192.0.2.2:500 answered IKE_SA_INIT but not IKE_AUTH (sent 3 times in 11 s)");
}

TEST(SilenceCorpus, does_not_judge_what_may_yet_be_answered) {
  Film film;
  film.ask(init, offer);

  EXPECT_EQ(film.why(), "");
}

auto with_icmp(Unreachable told) -> Film {
  Film film;
  repeat(film, init, offer);
  told.frame = 4;
  told.of = {.address = alice, .port = 500};
  told.to = {.address = bob, .port = 500};
  film.observer().saw(told);
  return film;
}

TEST(SilenceCorpus, believes_icmp) {
  using Why = Unreachable::Why;
  const auto router = net::Address::parse("198.51.100.1").value();
  EXPECT_EQ(with_icmp({.why = Why::port, .from = bob, .of = {}, .to = {}}).why(),
            "nobody listens on UDP port 500 of 192.0.2.2: it says so by ICMP");
  EXPECT_EQ(with_icmp({.why = Why::prohibited, .from = router, .of = {}, .to = {}}).why(),
            "a filter at 198.51.100.1 refuses UDP port 500 of 192.0.2.2, and says so by ICMP");
  EXPECT_EQ(with_icmp({.why = Why::other, .from = router, .of = {}, .to = {}}).why(),
            "198.51.100.1 knows no way to 192.0.2.2: it says so by ICMP");
  EXPECT_EQ(with_icmp({.why = Why::too_big, .from = router, .of = {}, .to = {}, .mtu = 1400}).why(),
            "198.51.100.1 cannot pass on packets of 300 octets, only of 1400");
}

TEST(SilenceCorpus, is_not_misled_by_icmp_about_others) {
  Film film;
  repeat(film, init, offer);
  film.observer().saw(Unreachable{.why = Unreachable::Why::port,
                                  .from = bob,
                                  .of = {.address = alice, .port = 4500},
                                  .to = {.address = bob, .port = 4500}});

  EXPECT_EQ(film.why(), "192.0.2.2:500 does not answer IKE_SA_INIT (sent 3 times in 11 s)");
}

TEST(SilenceCorpus, says_that_answers_get_lost) {
  Film film;
  film.ask(init, offer).answer(init, offer);
  for (int i = 0; i < 3; ++i) film.wait(4s).ask(init, offer).answer(init, offer);

  EXPECT_EQ(film.why(),
            "192.0.2.2 answers IKE_SA_INIT, but 192.0.2.1 asked 3 times more: the answers do not "
            "reach it");
}

// --- MTU -----------------------------------------------------------------------------------------

TEST(SilenceCorpus, says_that_large_packets_are_dropped) {
  const auto film = after_sa_init(auth_of(1480, 4500));

  EXPECT_EQ(film.why(),
            "192.0.2.2 answered small messages but not IKE_AUTH (sent 3 times in 11 s), which has "
            "1480 octets: such packets are dropped on the way");
  EXPECT_EQ(film.report().findings.front().hint,
            "neither end takes IKE fragments: set fragmentation = yes on both sides, or a smaller "
            "fragment_size");
  EXPECT_EQ(film.report().findings.front().topic, Topic::mtu);
}

TEST(SilenceCorpus, says_that_ip_fragments_are_dropped) {
  auto piece = auth_of(1500);
  piece.sight = Sight::part;
  piece.is_ip_fragment = true;
  Film film;
  film.ask(init, with_fragmentation(offer)).answer(init, offer);
  for (int i = 0; i < 3; ++i) film.wait(4s).ask(piece);
  film.wait(30s);

  EXPECT_EQ(film.why(),
            "192.0.2.2 answered small messages but not IKE_AUTH (sent 3 times in 8 s), which went "
            "in IP fragments: those are dropped on the way");
  EXPECT_EQ(film.report().findings.front().hint,
            "192.0.2.2 does not take IKE fragments: set fragmentation = yes on both sides, or a "
            "smaller fragment_size");
}

TEST(SilenceCorpus, says_that_large_answers_get_lost) {
  Film film;
  film.ask(init, offer).answer(init, offer);
  for (int i = 0; i < 3; ++i) film.wait(4s).ask(auth_of(400)).answer(auth_of(1490));

  EXPECT_EQ(film.why(),
            "192.0.2.2 answers IKE_AUTH, but 192.0.2.1 asked 2 times more: the answers, of 1490 "
            "octets, do not reach it");
  EXPECT_EQ(film.report().findings.front().topic, Topic::mtu);
}

TEST(SilenceCorpus, counts_a_fragmented_message_once) {
  Film film;
  film.ask(init, with_fragmentation(offer)).answer(init, with_fragmentation(offer));
  for (int tries = 0; tries < 2; ++tries) {
    for (std::uint16_t number = 1; number <= 3; ++number) {
      auto piece = first_auth;
      piece.size = 600;
      piece.sight = Sight::part;
      film.ask(piece, {wire::SkfPayload{.number = number, .total = 3, .body = {}}});
    }
    film.wait(4s);
  }

  EXPECT_EQ(film.why(),
            "192.0.2.2:500 answered IKE_SA_INIT but not IKE_AUTH (sent 2 times in 4 s)");
}

// --- later ---------------------------------------------------------------------------------------

TEST(SilenceCorpus, says_that_a_peer_is_dead) {
  Film film;
  film.ask(init, offer).answer(init, offer);
  film.ask(auth_of(300)).answer(auth_of(280));
  repeat(film, informational);

  EXPECT_EQ(film.why(),
            "192.0.2.2 does not answer INFORMATIONAL 2 any more (sent 3 times in 11 s)");
}

TEST(SilenceCorpus, says_once_that_a_peer_is_dead) {
  auto later = informational;
  Film film;
  film.ask(init, offer).answer(init, offer);
  for (later.id = 2; later.id < 5; ++later.id) repeat(film, later);

  EXPECT_EQ(film.why(),
            "192.0.2.2 does not answer INFORMATIONAL 2 any more (sent 3 times in 11 s)");
}

TEST(SilenceCorpus, says_that_esp_goes_one_way_only) {
  Film film;
  film.ask(init, offer).answer(init, offer).ask(auth_of(300)).answer(auth_of(280));
  film.observer().saw_esp(alice, bob, {.packets = 7, .is_in_udp = false, .first_frame = 5});
  EXPECT_EQ(film.why(), "7 packets of ESP went from 192.0.2.1 to 192.0.2.2, and none came back");
  EXPECT_TRUE(film.report().findings.front().hint.starts_with("allow IP protocol 50 both ways"));

  film.observer().saw_esp(bob, alice, {.packets = 1, .is_in_udp = false, .first_frame = 12});
  EXPECT_EQ(film.why(), "");
}

TEST(SilenceCorpus, says_that_esp_in_udp_goes_one_way_only) {
  Film film;
  film.ask(init, offer).answer(init, offer);
  film.observer().saw_esp(bob, alice, {.packets = 4, .is_in_udp = true, .first_frame = 5});

  EXPECT_EQ(film.why(), "4 packets of ESP went from 192.0.2.2 to 192.0.2.1, and none came back");
  EXPECT_TRUE(film.report().findings.front().hint.starts_with("does UDP port 4500"));
}

}  // namespace
}  // namespace esplanade::ike::explain
