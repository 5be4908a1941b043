#include "pipeline/hold_queue.h"

#include "tests/support/packets.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using policy::PolicyId;
using namespace std::chrono_literals;

auto numbered(std::uint8_t number, std::size_t size = 40) -> core::Bytes {
  return core::Bytes(size, std::byte{number});
}

/// What is held for `policy`, oldest first.
auto all_of(HoldQueue& hold, PolicyId policy) -> std::vector<core::Bytes> {
  test::Batch batch(std::vector<core::Bytes>(HoldQueue::per_policy));
  const auto count = hold.take(policy, batch.packets());
  auto all = batch.all_bytes();
  all.resize(count);
  return all;
}

TEST(HoldQueue, gives_packets_back_in_the_order_they_came) {
  HoldQueue hold(100);
  for (std::uint8_t i = 0; i < 3; ++i) {
    EXPECT_EQ(hold.put(PolicyId{1}, numbered(i), {}), Verdict::held);
    EXPECT_EQ(hold.put(PolicyId{2}, numbered(100), {}), Verdict::held);
  }

  EXPECT_EQ(all_of(hold, PolicyId{1}),
            (std::vector<core::Bytes>{numbered(0), numbered(1), numbered(2)}));
  EXPECT_EQ(hold.count(PolicyId{1}), 0U);
  EXPECT_EQ(hold.count(PolicyId{2}), 3U);
}

TEST(HoldQueue, gives_no_more_than_there_is_room_for) {
  HoldQueue hold(100);
  for (std::uint8_t i = 0; i < 3; ++i) (void)hold.put(PolicyId{1}, numbered(i), {});
  test::Batch two(std::vector<core::Bytes>(2));

  EXPECT_EQ(hold.take(PolicyId{1}, two.packets()), 2U);

  EXPECT_EQ(two.all_bytes(), (std::vector<core::Bytes>{numbered(0), numbered(1)}));
  EXPECT_EQ(all_of(hold, PolicyId{1}), (std::vector<core::Bytes>{numbered(2)}));
}

TEST(HoldQueue, is_bounded_for_each_policy_and_in_all) {
  HoldQueue hold(100);
  for (std::size_t i = 0; i < HoldQueue::capacity; ++i) {
    const auto policy = PolicyId{static_cast<std::uint32_t>(i / HoldQueue::per_policy)};
    ASSERT_EQ(hold.put(policy, numbered(1), {}), Verdict::held);
    const auto is_last_of_policy = (i + 1) % HoldQueue::per_policy == 0;
    if (is_last_of_policy) {
      EXPECT_EQ(hold.put(policy, numbered(1), {}), Verdict::hold_full);
    }
  }

  EXPECT_EQ(hold.put(PolicyId{5000}, numbered(1), {}), Verdict::hold_full);
  EXPECT_EQ(hold.drop(PolicyId{3}), HoldQueue::per_policy);
  EXPECT_EQ(hold.put(PolicyId{5000}, numbered(1), {}), Verdict::held);
}

TEST(HoldQueue, refuses_a_packet_longer_than_its_places) {
  HoldQueue hold(100);

  EXPECT_EQ(hold.put(PolicyId{1}, numbered(1, 101), {}), Verdict::no_room);
  EXPECT_EQ(hold.put(PolicyId{1}, numbered(1, 100), {}), Verdict::held);
  EXPECT_EQ(HoldQueue(0).put(PolicyId{1}, numbered(1), {}), Verdict::hold_full);
}

TEST(HoldQueue, drops_what_has_waited_too_long) {
  HoldQueue hold(100);
  (void)hold.put(PolicyId{1}, numbered(1), core::Time{0s});
  (void)hold.put(PolicyId{1}, numbered(2), core::Time{1s});

  EXPECT_EQ(hold.drop_old(core::Time{HoldQueue::longest - 1ns}), 0U);
  EXPECT_EQ(hold.drop_old(core::Time{HoldQueue::longest}), 1U);

  EXPECT_EQ(all_of(hold, PolicyId{1}), (std::vector<core::Bytes>{numbered(2)}));
}

}  // namespace
}  // namespace esplanade::pipeline
