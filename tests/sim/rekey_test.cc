// Rekeying, deleting, and both ends doing so at once (RFC 7296, 2.8 and 2.25).
#include "tests/sim/pair.h"

#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

constexpr auto net = policy::PolicyId{1};

auto carrier_spi(const Gateway& gateway) -> core::Spi {
  const auto* child = gateway.carrier(net);
  return child != nullptr ? child->outbound->spi : core::Spi{};
}

TEST(ChildRekey, makes_a_new_pair_before_the_old_goes) {
  auto pair = Pair::established({});
  const auto before = carrier_spi(*pair->a);

  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = "net"});
  pair->world.run_for(1s);

  EXPECT_NE(carrier_spi(*pair->a), before) << pair->story();
  EXPECT_TRUE(pair->is_mirrored()) << pair->story();
  EXPECT_EQ(pair->a->children().size(), 2U);  // the old one takes what is on its way
  pair->world.run_for(10s);
  EXPECT_EQ(pair->a->children().size(), 1U);
  EXPECT_EQ(pair->b->children().size(), 1U);
  EXPECT_EQ(pair->a->reserved().size(), 1U);
}

TEST(ChildRekey, both_ends_at_once_leave_one_pair) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto pair = Pair::established({.network = {.seed = seed}});
    pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = "net"});
    pair->world.handle(*pair->b, ike::Rekey{.connection = "gw", .child = "net"});

    pair->world.run_for(20s);

    EXPECT_EQ(pair->a->children().size(), 1U) << seed << pair->story();
    EXPECT_EQ(pair->b->children().size(), 1U) << seed << pair->story();
    EXPECT_TRUE(pair->is_mirrored()) << seed;
    EXPECT_NE(carrier_spi(*pair->a), core::Spi{});
    EXPECT_NE(carrier_spi(*pair->b), core::Spi{});
  }
}

TEST(IkeRekey, children_move_to_the_successor) {
  auto pair = Pair::established({});
  const auto before = pair->a->endpoint().status().front().spis;

  pair->world.handle(*pair->b, ike::Rekey{.connection = "gw", .child = ""});
  pair->world.run_for(1s);

  const auto status = pair->a->endpoint().status();
  ASSERT_EQ(status.size(), 1U) << pair->story();
  EXPECT_NE(status.front().spis, before);
  EXPECT_FALSE(status.front().is_initiator);  // b asked for it
  EXPECT_EQ(status.front().children.size(), 1U);
  EXPECT_TRUE(pair->is_mirrored());
}

TEST(IkeRekey, both_ends_at_once_leave_one_ike_sa) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto pair = Pair::established({.network = {.seed = seed}});
    pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = ""});
    pair->world.handle(*pair->b, ike::Rekey{.connection = "gw", .child = ""});

    pair->world.run_for(20s);

    const auto a = pair->a->endpoint().status();
    const auto b = pair->b->endpoint().status();
    ASSERT_EQ(a.size(), 1U) << seed << pair->story();
    ASSERT_EQ(b.size(), 1U) << seed << pair->story();
    EXPECT_EQ(a.front().spis, b.front().spis);
    EXPECT_EQ(a.front().children.size(), 1U);
    EXPECT_TRUE(pair->is_mirrored());
  }
}

TEST(Delete, one_end_closes_the_child_and_both_are_without) {
  auto pair = Pair::established({});

  pair->world.handle(*pair->b, ike::Terminate{.connection = "gw", .child = "net"});
  pair->world.run_for(20s);

  EXPECT_TRUE(pair->a->children().empty());
  EXPECT_TRUE(pair->b->children().empty());
  EXPECT_TRUE(pair->a->reserved().empty());
  EXPECT_EQ(pair->a->endpoint().status().size(), 1U);
}

TEST(Delete, crossing_deletes_leave_nothing) {
  auto pair = Pair::established({});

  pair->world.handle(*pair->a, ike::Terminate{.connection = "gw", .child = "net"});
  pair->world.handle(*pair->b, ike::Terminate{.connection = "gw", .child = "net"});
  pair->world.run_for(20s);

  EXPECT_TRUE(pair->a->children().empty());
  EXPECT_TRUE(pair->b->children().empty());
}

TEST(Delete, closing_the_ike_sa_closes_its_children) {
  auto pair = Pair::established({});

  pair->world.handle(*pair->a, ike::Terminate{.connection = "gw", .child = ""});
  pair->world.run_for(20s);

  EXPECT_TRUE(pair->a->endpoint().status().empty());
  EXPECT_TRUE(pair->b->endpoint().status().empty());
  EXPECT_TRUE(pair->b->children().empty());
}

TEST(Reauthentication, makes_everything_anew_before_the_old_goes) {
  auto pair = Pair::established({});
  const auto before = carrier_spi(*pair->a);

  pair->world.handle(*pair->a, ike::Reauthenticate{.connection = "gw"});
  pair->world.run_for(20s);

  EXPECT_EQ(pair->a->endpoint().status().size(), 1U) << pair->story();
  EXPECT_EQ(pair->b->endpoint().status().size(), 1U) << pair->story();
  EXPECT_NE(carrier_spi(*pair->a), before);
  EXPECT_TRUE(pair->is_mirrored()) << pair->story();
  EXPECT_NE(carrier_spi(*pair->b), core::Spi{});
}

}  // namespace
}  // namespace esplanade::sim
