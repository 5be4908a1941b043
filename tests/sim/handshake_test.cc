// The first exchanges (RFC 7296, 1.2), and all that can come between.
#include "tests/sim/pair.h"

#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

TEST(Handshake, two_gateways_establish_a_child) {
  auto pair = Pair::established({});

  ASSERT_EQ(pair->a->children().size(), 1U) << pair->story();
  ASSERT_EQ(pair->b->children().size(), 1U);
  EXPECT_TRUE(pair->is_mirrored());
  EXPECT_NE(pair->a->carrier(policy::PolicyId{1}), nullptr);
  EXPECT_NE(pair->b->carrier(policy::PolicyId{1}), nullptr);
  EXPECT_EQ(pair->a->endpoint().status().size(), 1U);
}

TEST(Handshake, a_wrong_secret_makes_no_sa_and_is_called_by_its_name) {
  Pair pair({.secret_b = "another"});
  pair.initiate(*pair.a);
  pair.world.run_for(500ms);

  EXPECT_TRUE(pair.a->children().empty());
  EXPECT_TRUE(pair.b->children().empty());
  EXPECT_EQ(pair.b->count("authentication_failed"), 1U);
  EXPECT_EQ(pair.a->count("negotiation_failed"), 1U);
}

/// a calls, and goes on calling.
void starts(policy::Connection& connection) {
  connection.children.front().start_action = policy::StartAction::start;
}

TEST(Handshake, half_of_the_datagrams_lost_only_delays_it) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Pair pair({.network = {.seed = seed, .loss = 0.5}, .change_a = starts});
    pair.world.run_for(600s);
    EXPECT_NE(pair.a->carrier(policy::PolicyId{1}), nullptr) << seed;
    EXPECT_TRUE(pair.is_mirrored()) << seed << pair.story();
    EXPECT_EQ(pair.b->endpoint().status().size(), 1U) << seed << pair.story();
  }
}

}  // namespace
}  // namespace esplanade::sim
