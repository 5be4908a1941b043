// Lifetimes in time and packets, and what no packet notices of them (RFC 7296, 2.8).
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

constexpr auto net = policy::PolicyId{1};

/// Packets both ways, every 10 ms: what is on its way when an SA ends must arrive all the same.
void stream(Pair& pair, core::Duration time) {
  const auto host_a = *net::Address::parse("10.1.0.7");
  const auto host_b = *net::Address::parse("10.2.0.7");
  for (core::Duration passed{}; passed < time; passed += 10ms) {
    pair.world.send(*pair.a, net, host_a, host_b);
    pair.world.send(*pair.b, net, host_b, host_a);
    pair.world.run_for(10ms);
  }
  pair.world.run_for(2s);
}

void expect_all_arrived(const Pair& pair) {
  EXPECT_THAT(pair.world.ledger().lost(), testing::IsEmpty()) << pair.story();
  EXPECT_TRUE(pair.world.ledger().strayed.empty());
  EXPECT_FALSE(pair.world.has_reused_key());
}

auto reordering() -> NetworkOptions { return {.seed = 3, .duplication = 0.2, .most_delay = 80ms}; }

TEST(ChildLifetime, in_time_loses_no_packet_at_its_end) {
  const auto limit = [](policy::Connection& connection) {
    auto& limits = connection.children.front().limits;
    limits.rekey_time = 10s;
    limits.life_time = 14s;
    limits.rand_time = 2s;
  };
  auto pair = Pair::established({.network = reordering(), .change_a = limit, .change_b = limit});
  stream(*pair, 60s);

  EXPECT_GE(pair->a->count("child_rekeyed"), 5U);
  EXPECT_EQ(pair->a->count("child_expired"), 0U);
  expect_all_arrived(*pair);
}

TEST(ChildLifetime, in_packets_loses_no_packet_at_its_end) {
  auto pair =
      Pair::established({.network = reordering(), .change_a = [](policy::Connection& connection) {
                           auto& limits = connection.children.front().limits;
                           limits.rekey_packets = 300;
                           limits.life_packets = 400;
                           limits.rand_packets = 50;
                         }});
  stream(*pair, 30s);

  EXPECT_GE(pair->a->count("child_rekeyed"), 8U) << pair->story();
  expect_all_arrived(*pair);
}

TEST(IkeLifetime, loses_no_packet_at_its_end) {
  const auto limit = [](policy::Connection& connection) {
    connection.rekey_time = 8s;
    connection.rand_time = 2s;
    connection.over_time = 4s;
  };
  auto pair = Pair::established({.network = reordering(), .change_a = limit, .change_b = limit});
  stream(*pair, 60s);

  EXPECT_GE(pair->a->count("ike_rekeyed"), 6U);
  expect_all_arrived(*pair);
}

TEST(Reauthentication, loses_no_packet) {
  auto pair =
      Pair::established({.network = reordering(), .change_a = [](policy::Connection& connection) {
                           connection.reauth_time = 10s;
                           connection.over_time = 4s;
                         }});
  stream(*pair, 60s);

  EXPECT_GE(pair->a->count("ike_established"), 5U) << pair->story();
  EXPECT_EQ(pair->a->endpoint().status().size(), 1U);
  expect_all_arrived(*pair);
}

/// Its time is over before the new one stands: packets wait for that one, and for no third.
TEST(Reauthentication, that_comes_too_late_leaves_one_ike_sa) {
  auto pair =
      Pair::established({.network = reordering(), .change_a = [](policy::Connection& connection) {
                           connection.reauth_time = 10s;
                           connection.over_time = 0s;
                         }});
  const auto host_a = *net::Address::parse("10.1.0.7");
  const auto host_b = *net::Address::parse("10.2.0.7");
  for (core::Duration passed{}; passed < 9s; passed += 10ms) {
    pair->world.send(*pair->a, net, host_a, host_b);
    pair->world.run_for(10ms);
  }

  EXPECT_GE(pair->a->count("ike_established"), 2U) << pair->story();
  EXPECT_EQ(pair->a->endpoint().status().size(), 1U) << pair->story();
}

TEST(Rekeying, of_everything_by_both_at_once_loses_no_packet) {
  auto pair = Pair::established({.network = reordering()});
  for (auto i = 0; i < 12; ++i) {
    for (auto* gateway : {pair->a, pair->b}) {
      const auto child = i % 2 == 0 ? "net" : "";
      pair->world.handle(*gateway, ike::Rekey{.connection = "gw", .child = child});
    }
    stream(*pair, 3s);
  }
  EXPECT_GE(pair->a->count("child_rekeyed"), 6U);
  EXPECT_GE(pair->a->count("ike_rekeyed"), 6U);
  expect_all_arrived(*pair);
  EXPECT_THAT(disagreements(pair->world), testing::IsEmpty());
}

TEST(HardLimit, of_a_child_that_cannot_be_rekeyed_ends_it_and_the_next_packet_brings_another) {
  auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
    connection.children.front().limits.life_time = 20s;
  }});
  pair->world.run_for(30s);
  EXPECT_EQ(pair->a->count("child_expired"), 1U);
  EXPECT_EQ(pair->a->carrier(net), nullptr);

  const auto number = pair->world.send(*pair->a, net, *net::Address::parse("10.1.0.7"),
                                       *net::Address::parse("10.2.0.7"));
  pair->world.run_for(1s);
  EXPECT_TRUE(pair->world.ledger().delivered.contains(number)) << pair->story();
}

TEST(HardLimit, of_a_child_stops_it_even_where_the_peer_cannot_be_told) {
  auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
    connection.children.front().limits.life_time = 20s;
  }});
  pair->world.cut(true);
  pair->world.run_for(17s);  // established() took two
  EXPECT_NE(pair->a->carrier(net), nullptr);
  pair->world.run_for(2s);
  EXPECT_EQ(pair->a->carrier(net), nullptr);
}

TEST(HardLimit, of_a_wanted_child_has_it_made_again) {
  auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
    connection.children.front().limits.life_time = 20s;
    connection.children.front().start_action = policy::StartAction::start;
  }});
  pair->world.run_for(90s);
  EXPECT_GE(pair->a->count("child_expired"), 3U);
  EXPECT_GE(pair->a->count("child_established"), 4U) << pair->story();
}

TEST(HardLimit, of_an_ike_sa_closes_it_with_its_children) {
  auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
    connection.reauth_time = 20s;
    connection.over_time = 5s;
    connection.theirs.front().range = *net::Range::parse("192.0.2.2");
  }});
  pair->world.cut(true);
  pair->world.run_for(200s);
  EXPECT_TRUE(pair->a->endpoint().status().empty()) << pair->story();
  EXPECT_TRUE(pair->a->children().empty());
}

TEST(Jitter, spreads_the_rekeyings_of_many) {
  std::set<core::Duration> times;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto pair = Pair::established(
        {.network = {.seed = seed}, .change_a = [](policy::Connection& connection) {
           connection.rekey_time = 100s;
           connection.rand_time = 50s;
         }});
    std::optional<core::Time> at;
    pair->world.filter = [&](const ike::Send&) {
      if (!at) at = pair->world.now();
      return true;
    };
    pair->world.run_for(110s);
    ASSERT_TRUE(at);
    const auto after = *at - World::origin;
    EXPECT_GE(after, 50s);
    EXPECT_LE(after, 101s);
    times.insert(after);
  }
  EXPECT_GE(times.size(), 18U);
}

}  // namespace
}  // namespace esplanade::sim
