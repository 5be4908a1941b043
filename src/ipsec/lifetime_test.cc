#include "ipsec/lifetime.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using namespace std::chrono_literals;
using core::Time;
using enum LifetimeStage;

constexpr auto born = Time{1000s};

auto stage(const sa::Lifetime& limits, core::Duration age, std::uint64_t octets = 0,
           std::uint64_t packets = 0) -> LifetimeStage {
  Usage usage;
  usage.octets.set(octets);
  usage.packets.set(packets);
  return LifetimeClock(limits, born).stage(usage, born + age);
}

TEST(LifetimeClock, never_ends_without_limits) {
  EXPECT_EQ(stage({}, 1'000'000h, ~std::uint64_t{1}, ~std::uint64_t{1}), fresh);
}

TEST(LifetimeClock, counts_time_from_birth_to_each_limit) {
  const sa::Lifetime limits{.soft_time = 50s, .hard_time = 60s};

  EXPECT_EQ(stage(limits, 0s), fresh);
  EXPECT_EQ(stage(limits, 50s - 1ns), fresh);
  EXPECT_EQ(stage(limits, 50s), soft);
  EXPECT_EQ(stage(limits, 60s - 1ns), soft);
  EXPECT_EQ(stage(limits, 60s), hard);
}

TEST(LifetimeClock, counts_octets_to_each_limit) {
  const sa::Lifetime limits{.soft_octets = 1000, .hard_octets = 2000};

  EXPECT_EQ(stage(limits, 0s, 999), fresh);
  EXPECT_EQ(stage(limits, 0s, 1000), soft);
  EXPECT_EQ(stage(limits, 0s, 1999), soft);
  EXPECT_EQ(stage(limits, 0s, 2000), hard);
}

TEST(LifetimeClock, counts_packets_to_each_limit) {
  const sa::Lifetime limits{.soft_packets = 3, .hard_packets = 4};

  EXPECT_EQ(stage(limits, 0s, 0, 2), fresh);
  EXPECT_EQ(stage(limits, 0s, 0, 3), soft);
  EXPECT_EQ(stage(limits, 0s, 0, 4), hard);
}

TEST(LifetimeClock, lets_the_first_limit_reached_decide) {
  const sa::Lifetime limits{.soft_time = 50s, .hard_time = 60s, .hard_octets = 2000};

  EXPECT_EQ(stage(limits, 1s, 2000), hard);
  EXPECT_EQ(stage(limits, 60s, 1), hard);
  EXPECT_EQ(stage(limits, 55s, 1999), soft);
}

TEST(LifetimeClock, ends_hard_where_only_a_hard_limit_is_set) {
  EXPECT_EQ(stage({.hard_packets = 0}, 0s), hard);
  EXPECT_EQ(stage({.hard_time = 1s}, 1s), hard);
}

TEST(LifetimeClock, keeps_the_birth_of_the_one_it_continues) {
  const sa::Lifetime limits{.hard_time = 60s};
  LifetimeClock after(limits, born + 59s);
  after.continue_from(LifetimeClock(limits, born));

  EXPECT_EQ(after.born(), born);
  EXPECT_EQ(after.stage({}, born + 60s), hard);
}

TEST(Usage, goes_on_from_what_was_counted_before) {
  Usage before;
  before.packets.add(3);
  before.octets.add(4500);
  Usage after;
  after.continue_from(before);

  EXPECT_EQ(after.packets.value(), 3U);
  EXPECT_EQ(after.octets.value(), 4500U);
}

}  // namespace
}  // namespace esplanade::ipsec
