#include "pipeline/group_by_sa.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <map>

namespace esplanade::pipeline {
namespace {

using core::SaIndex;
using net::Packet;
using Groups = std::map<SaIndex, std::vector<std::uint16_t>>;

auto groups_of(std::span<const Packet> batch) -> Groups {
  Groups groups;
  GroupBySa(batch).for_each([&](SaIndex sa, std::span<const std::uint16_t> positions) {
    const bool is_new = groups.insert({sa, {positions.begin(), positions.end()}}).second;
    EXPECT_TRUE(is_new);
  });
  return groups;
}

TEST(GroupBySa, brings_packets_together_and_keeps_their_order) {
  std::vector<Packet> batch(6);
  const std::uint32_t sas[] = {7, 3, 7, 7, 3, 9};
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].sa = SaIndex{sas[i]};

  EXPECT_EQ(groups_of(batch),
            (Groups{{SaIndex{3}, {1, 4}}, {SaIndex{7}, {0, 2, 3}}, {SaIndex{9}, {5}}}));
}

TEST(GroupBySa, leaves_out_what_was_dropped_or_has_no_sa) {
  std::vector<Packet> batch(3);
  batch[0].sa = SaIndex{1};
  batch[1].sa = SaIndex{1};
  batch[1].drop(net::Verdict::malformed);

  EXPECT_EQ(groups_of(batch), (Groups{{SaIndex{1}, {0}}}));
}

TEST(GroupBySa, has_no_group_for_an_empty_batch) { EXPECT_EQ(groups_of({}), Groups{}); }

TEST(GroupBySaDeathTest, refuses_more_than_a_batch) {
  const std::vector<Packet> batch(net::batch_max + 1);

  EXPECT_DEATH(GroupBySa{batch}, "bug at");
}

TEST(GroupBySa, agrees_with_a_map_on_any_batch) {
  ASSERT_TRUE(rc::check("groups", [] {
    const auto size = *rc::gen::inRange<std::size_t>(0, net::batch_max + 1);
    std::vector<Packet> batch(size);
    Groups expected;
    for (std::size_t i = 0; i < size; ++i) {
      batch[i].sa =
          SaIndex{*rc::gen::element<std::uint32_t>(0, 1, 2, 127, 128, 256, 0x80000000, 0x80000080)};
      expected[batch[i].sa].push_back(static_cast<std::uint16_t>(i));
    }
    RC_ASSERT(groups_of(batch) == expected);
  }));
}

}  // namespace
}  // namespace esplanade::pipeline
