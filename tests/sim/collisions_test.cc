// Both ends rekey at once while datagrams are lost: one end may never learn that there were two
// (RFC 7296, 2.8.1, 2.8.2 and 2.25).
#include "tests/sim/pair.h"

#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

void rekey_both_with_loss(std::uint64_t seed, const std::string& child) {
  auto pair = Pair::established({.network = {.seed = seed}});
  pair->world.set_options({.seed = seed, .loss = 0.3, .least_delay = 1ms, .most_delay = 80ms});
  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = child});
  pair->world.handle(*pair->b, ike::Rekey{.connection = "gw", .child = child});
  pair->world.run_for(60s);
  pair->world.set_options({.seed = seed});
  // An IKE SA that lost is kept for the peer's Delete, which may never come, and then deleted.
  pair->world.run_for(400s);

  EXPECT_EQ(pair->a->endpoint().status().size(), 1U) << seed << pair->story();
  EXPECT_EQ(pair->b->endpoint().status().size(), 1U) << seed << pair->story();
  EXPECT_EQ(pair->a->children().size(), 1U) << seed << pair->story();
  EXPECT_EQ(pair->b->children().size(), 1U) << seed << pair->story();
  EXPECT_TRUE(pair->is_mirrored()) << seed << pair->story();
  EXPECT_NE(pair->a->carrier(policy::PolicyId{1}), nullptr) << seed;
  EXPECT_NE(pair->b->carrier(policy::PolicyId{1}), nullptr) << seed;
}

TEST(Collisions, of_child_rekeys_leave_one_pair_whatever_is_lost) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) rekey_both_with_loss(seed, "net");
}

TEST(Collisions, of_ike_rekeys_leave_one_ike_sa_whatever_is_lost) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) rekey_both_with_loss(seed, "");
}

}  // namespace
}  // namespace esplanade::sim
