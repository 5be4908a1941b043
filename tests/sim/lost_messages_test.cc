// Every exchange, with every one of its datagrams lost, doubled, and late (RFC 7296, 2.1 and 2.2).
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"

#include <gtest/gtest.h>

#include <ranges>

namespace esplanade::sim {
namespace {

enum class Mishap : std::uint8_t { lost, doubled, late_again };

/// What is asked of an established pair, or of one that is not.
struct Exchange {
  std::string name;
  bool is_first = false;
  std::function<void(Pair&)> ask;
  std::size_t children = 1;  ///< that stand afterwards
  std::size_t sessions = 1;
};

auto pfs(policy::Connection& connection) -> void {
  for (auto& child : connection.children) {
    child.proposals.front().transforms.push_back(sa::transform(iana::KeyExchangeId::curve25519));
  }
}

auto rekey(std::string child) {
  return [child = std::move(child)](Pair& pair) {
    pair.world.handle(*pair.a, ike::Rekey{.connection = "gw", .child = child});
  };
}

auto terminate(std::string child) {
  return [child = std::move(child)](Pair& pair) {
    pair.world.handle(*pair.b, ike::Terminate{.connection = "gw", .child = child});
  };
}

auto exchanges() -> std::vector<Exchange> {
  return {{.name = "initial",
           .is_first = true,
           .ask = [](Pair& pair) { pair.initiate(*pair.a, "net"); }},
          {.name = "new_child",
           .ask = [](Pair& pair) { pair.initiate(*pair.b, "other"); },
           .children = 2},
          {.name = "rekey_child", .ask = rekey("net")},
          {.name = "rekey_ike", .ask = rekey("")},
          {.name = "delete_child", .ask = terminate("net"), .children = 0},
          {.name = "delete_ike", .ask = terminate(""), .children = 0, .sessions = 0},
          {.name = "reauthentication",
           .ask = [](Pair& pair) { pair.world.handle(*pair.a, ike::Reauthenticate{"gw"}); }}};
}

auto make_pair() -> std::unique_ptr<Pair> {
  const auto children =
      std::vector<ChildText>{{}, {.name = "other", .ours = "10.3.0.0/16", .theirs = "10.4.0.0/16"}};
  return std::make_unique<Pair>(
      PairOptions{.children = children, .change_a = pfs, .change_b = pfs});
}

/// Does it happen to the n-th datagram? False once there are fewer.
auto happens_to(Pair& pair, const Exchange& exchange, Mishap mishap, std::size_t n) -> bool {
  std::size_t count = 0;
  std::vector<ike::Send> late;
  pair.world.filter = [&](const ike::Send& sent) {
    if (count++ != n) return true;
    if (mishap == Mishap::doubled) pair.world.inject(sent);
    if (mishap == Mishap::late_again) late.push_back(sent);
    return mishap != Mishap::lost;
  };
  exchange.ask(pair);
  pair.world.run_for(40s);
  for (const auto& sent : late) pair.world.inject(sent);
  pair.world.run_for(40s);
  return count > n;
}

void expect_right(const Pair& pair, const Exchange& exchange, const std::string& where) {
  for (const auto* gateway : {pair.a, pair.b}) {
    EXPECT_EQ(gateway->endpoint().status().size(), exchange.sessions) << where << pair.story();
    EXPECT_EQ(gateway->children().size(), exchange.children) << where << pair.story();
  }
  EXPECT_TRUE(pair.is_mirrored()) << where;
  EXPECT_THAT(disagreements(pair.world), testing::IsEmpty()) << where << pair.story();
}

class EachExchange : public testing::TestWithParam<std::size_t> {};

void run_all(const Exchange& exchange, Mishap mishap) {
  for (std::size_t n = 0; n < 30; ++n) {
    auto pair = make_pair();
    if (!exchange.is_first) {
      pair->initiate(*pair->a, "net");
      pair->world.run_for(2s);
    }
    if (!happens_to(*pair, exchange, mishap, n)) return;
    expect_right(*pair, exchange, fmt::format("{}, datagram {}\n", exchange.name, n));
  }
  FAIL() << exchange.name << " never ends";
}

TEST_P(EachExchange, comes_to_its_end_with_any_datagram_lost) {
  run_all(exchanges()[GetParam()], Mishap::lost);
}

TEST_P(EachExchange, comes_to_its_end_with_any_datagram_doubled) {
  run_all(exchanges()[GetParam()], Mishap::doubled);
}

TEST_P(EachExchange, is_not_disturbed_by_any_datagram_coming_late_again) {
  run_all(exchanges()[GetParam()], Mishap::late_again);
}

INSTANTIATE_TEST_SUITE_P(Lost, EachExchange, testing::Range<std::size_t>(0, 7),
                         [](const auto& one) { return exchanges()[one.param].name; });

TEST(Retransmission, repeats_a_request_octet_by_octet_at_growing_intervals) {
  auto pair = make_pair();
  std::vector<std::pair<core::Time, core::Bytes>> sent;
  pair->world.filter = [&](const ike::Send& datagram) {
    sent.emplace_back(pair->world.now(), datagram.message);
    return false;
  };

  pair->initiate(*pair->a, "net");
  pair->world.run_for(200s);

  ASSERT_EQ(sent.size(), 7U);  // the first and six retransmissions
  for (std::size_t i = 1; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].second, sent[0].second);
    EXPECT_EQ(sent[i].first - sent[i - 1].first, 500ms * (1 << (i - 1)));
  }
  EXPECT_EQ(pair->a->count("negotiation_failed"), 1U);
  EXPECT_TRUE(pair->a->endpoint().status().empty());
  EXPECT_TRUE(pair->a->reserved().empty());
}

TEST(Retransmission, is_never_the_responders_who_answers_a_duplicate_from_memory) {
  auto pair = Pair::established({});
  std::vector<ike::Send> requests;
  std::vector<core::Bytes> responses;
  pair->world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    if (!header.is_response) requests.push_back(sent);
    if (header.is_response) responses.push_back(sent.message);
    return !header.is_response;  // no answer arrives
  };

  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = "net"});
  pair->world.run_for(10s);

  ASSERT_EQ(requests.size(), responses.size());  // one answer for each request, none of its own
  ASSERT_GE(responses.size(), 4U);
  for (const auto& response : responses) EXPECT_EQ(response, responses.front());
  EXPECT_EQ(pair->b->children().size(), 2U);  // and it was acted upon once
}

TEST(LastAnswer, is_repeated_to_who_was_refused_and_did_not_hear_it) {
  Pair pair({.secret_b = "another"});
  auto lost = 0;
  pair.world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    const bool is_refusal = header.exchange == iana::ExchangeType::ike_auth && header.is_response;
    return !is_refusal || ++lost > 2;
  };

  pair.initiate(*pair.a);
  pair.world.run_for(10s);

  EXPECT_EQ(pair.a->count("negotiation_failed"), 1U);
  ASSERT_FALSE(pair.a->told().empty());
  const auto& why = pair.a->told().back().notice.fields;
  const auto it = std::ranges::find(why, "why", &std::pair<std::string, std::string>::first);
  ASSERT_NE(it, why.end());
  EXPECT_THAT(it->second, testing::HasSubstr("AUTHENTICATION_FAILED"));
  EXPECT_EQ(pair.b->endpoint().counts().lingering, 1U);
  pair.world.run_for(60s);
  EXPECT_EQ(pair.b->endpoint().counts().sessions, 0U);
}

}  // namespace
}  // namespace esplanade::sim
