#include "pipeline/dummies.h"

#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;

constexpr core::Time start{std::chrono::hours(1)};

/// One SA that is to be seen sending every 100 ms, and one that is not.
struct World {
  explicit World(SaSpec spec = {}) : gateways({with_dummies(spec), {.spi = 0x1002}}, notices) {
    dummies.follow(gateways.sender);
  }
  static auto with_dummies(SaSpec spec) -> SaSpec {
    spec.dummy_interval = milliseconds(100);
    return spec;
  }
  /// How many leave.
  auto make(core::Time now) -> std::size_t {
    batch = Batch(std::vector<Bytes>(4, Bytes{}));
    return dummies.make(gateways.sender, batch.packets(), {now, random});
  }

  NoNotices notices;
  Gateways gateways;
  Dummies dummies;
  Batch batch{{}};
  SeededRandom random{1};
};

TEST(Dummies, leave_at_the_interval_of_an_sa_that_asks_for_them) {
  World world;

  EXPECT_EQ(world.make(start), 1U);
  EXPECT_EQ(world.make(start + milliseconds(99)), 0U);
  EXPECT_EQ(world.dummies.next_due(), start + milliseconds(100));
  EXPECT_EQ(world.make(start + milliseconds(100)), 1U);
}

TEST(Dummies, are_not_needed_while_the_sa_sends) {
  World world;
  EXPECT_EQ(world.make(start), 1U);

  Batch traffic({udp4_of_size(100)});
  world.gateways.send(traffic.packets());

  EXPECT_EQ(world.make(start + milliseconds(150)), 0U);
  EXPECT_EQ(world.make(start + milliseconds(250)), 1U);
}

// ESP-2.6-02: the receiver drops them, and nobody is told.
TEST(Dummies, are_opened_counted_and_dropped_by_the_receiver) {
  for (const auto mode : {sa::Mode::tunnel, sa::Mode::transport}) {
    World world({.mode = mode});
    ASSERT_EQ(world.make(start), 1U);
    const auto dummy = world.batch.bytes(0);
    Batch arrived({dummy});

    world.gateways.receive(arrived.packets());

    EXPECT_EQ(arrived.packets()[0].verdict, Verdict::dummy);
    EXPECT_EQ(world.gateways.receiver.sad.inbound(core::SaIndex{0}).usage.packets.value(), 1U);
  }
}

TEST(Dummies, have_many_sizes_or_that_of_padded_packets) {
  World varied;
  World padded({.path_mtu = 1400, .pad_to = 65535});
  std::set<std::size_t> sizes, padded_sizes;
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(varied.make(start + milliseconds(100 * i)), 1U);
    sizes.insert(varied.batch.bytes(0).size());
    ASSERT_EQ(padded.make(start + milliseconds(100 * i)), 1U);
    padded_sizes.insert(padded.batch.bytes(0).size());
  }
  EXPECT_GT(sizes.size(), 10U);
  EXPECT_EQ(padded_sizes.size(), 1U);
  Batch traffic({udp4_of_size(60)});
  padded.gateways.send(traffic.packets());
  EXPECT_EQ(*padded_sizes.begin(), traffic.bytes(0).size());
}

}  // namespace
}  // namespace esplanade::pipeline
