#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(ChildLimits, are_an_hour_unless_set) {
  const auto limits = child_with("").limits;

  EXPECT_EQ(limits.rekey_time, hours(1));
  EXPECT_EQ(limits.life_time, minutes(66));
  EXPECT_EQ(limits.rand_time, minutes(6));
  EXPECT_EQ(limits.rekey_octets, std::nullopt);
  EXPECT_EQ(limits.life_octets, std::nullopt);
  EXPECT_EQ(limits.rekey_packets, std::nullopt);
  EXPECT_EQ(limits.life_packets, std::nullopt);
}

TEST(ChildLimits, follow_from_the_rekey_limit) {
  const auto limits = child_with("rekey_time = 100\nrekey_bytes = 1000\nrekey_packets = 50").limits;

  EXPECT_EQ(limits.life_time, seconds(110));
  EXPECT_EQ(limits.rand_time, seconds(10));
  EXPECT_EQ(limits.life_octets, 1100U);
  EXPECT_EQ(limits.rand_octets, 100U);
  EXPECT_EQ(limits.life_packets, 55U);
  EXPECT_EQ(limits.rand_packets, 5U);
}

TEST(ChildLimits, are_taken_as_they_are_set) {
  const auto limits =
      child_with(
          "rekey_time = 1h\nlife_time = 2h\nrand_time = 1m\nrekey_bytes = 1G\n"
          "life_bytes = 2G\nrand_bytes = 1M\nrekey_packets = 10\nlife_packets = 20\n"
          "rand_packets = 3")
          .limits;

  EXPECT_EQ(limits.rekey_time, hours(1));
  EXPECT_EQ(limits.life_time, hours(2));
  EXPECT_EQ(limits.rand_time, minutes(1));
  EXPECT_EQ(limits.rekey_octets, 1ULL << 30);
  EXPECT_EQ(limits.life_octets, 2ULL << 30);
  EXPECT_EQ(limits.rand_octets, 1ULL << 20);
  EXPECT_EQ(limits.rekey_packets, 10U);
  EXPECT_EQ(limits.life_packets, 20U);
  EXPECT_EQ(limits.rand_packets, 3U);
}

TEST(ChildLimits, are_rekeyed_before_a_shorter_life_than_the_default) {
  const auto limits = child_with("life_time = 10m").limits;

  EXPECT_EQ(limits.life_time, minutes(10));
  EXPECT_EQ(limits.rekey_time, minutes(9));
  EXPECT_EQ(limits.rand_time, minutes(1));
}

TEST(ChildLimits, vary_by_a_tenth_where_life_is_much_longer) {
  const auto limits = child_with("rekey_time = 1h\nlife_time = 8h").limits;

  EXPECT_EQ(limits.rand_time, minutes(6));
}

TEST(ChildLimits, can_be_off) {
  const auto limits = child_with("rekey_time = 0").limits;

  EXPECT_EQ(limits.rekey_time, std::nullopt);
  EXPECT_EQ(limits.life_time, std::nullopt);
  EXPECT_EQ(limits.rand_time, std::nullopt);
}

const auto refused = std::to_array<Row>({
    {"rekey_time = 2h\nlife_time = 1h", "2:14: `rekey_time` must be less than `life_time`"},
    {"rekey_bytes = 1G\nlife_bytes = 1G", "2:15: `rekey_bytes` must be less than `life_bytes`"},
    {"rekey_packets = 9\nlife_packets = 8",
     "2:17: `rekey_packets` must be less than `life_packets`"},
    {"rand_time = 2h", "2:13: `rand_time` must not be more than `rekey_time`"},
    {"rekey_bytes = 5\nrand_bytes = 6", "3:14: `rand_bytes` must not be more than `rekey_bytes`"},
    {"rekey_packets = 5\nrand_packets = 6",
     "3:16: `rand_packets` must not be more than `rekey_packets`"},
    {"rekey_time = soon",
     "2:14: `rekey_time` must be a time: seconds, or a number with s, m, h or d, not `soon`"},
    {"life_time = x",
     "2:13: `life_time` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"rand_time = x",
     "2:13: `rand_time` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"rekey_bytes = 1T",
     "2:15: `rekey_bytes` must be octets: a number, or one with k, M or G, not `1T`"},
    {"life_bytes = x",
     "2:14: `life_bytes` must be octets: a number, or one with k, M or G, not `x`"},
    {"rand_bytes = x",
     "2:14: `rand_bytes` must be octets: a number, or one with k, M or G, not `x`"},
    {"rekey_packets = 1k", "2:17: `rekey_packets` must be a number of packets, not `1k`"},
    {"life_packets = x", "2:16: `life_packets` must be a number of packets, not `x`"},
    {"rand_packets = x", "2:16: `rand_packets` must be a number of packets, not `x`"},
});

TEST(ChildLimits, complain_about_an_order_that_cannot_work) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about(child_text(row.settings)), row.complaint) << row.settings;
  }
}

TEST(IkeLimits, are_four_hours_unless_set) {
  const auto connection = connection_with("");

  EXPECT_EQ(connection.rekey_time, hours(4));
  EXPECT_EQ(connection.over_time, minutes(24));
  EXPECT_EQ(connection.rand_time, minutes(24));
}

TEST(IkeLimits, do_not_rekey_where_only_reauthentication_is_set) {
  const auto connection = connection_with("reauth_time = 10h");

  EXPECT_EQ(connection.rekey_time, std::nullopt);
  EXPECT_EQ(connection.over_time, hours(1));
  EXPECT_EQ(connection.rand_time, hours(1));
}

TEST(IkeLimits, take_a_tenth_of_the_longer_time) {
  const auto connection = connection_with("reauth_time = 10h\nrekey_time = 30m");

  EXPECT_EQ(connection.over_time, hours(1));
  EXPECT_EQ(connection.rand_time, minutes(30));  // no more than the shorter one
}

TEST(IkeLimits, can_be_off) {
  const auto connection = connection_with("rekey_time = 0");

  EXPECT_EQ(connection.rekey_time, std::nullopt);
  EXPECT_EQ(connection.over_time, std::nullopt);
}

TEST(IkeLimits, do_not_vary_by_more_than_there_is) {
  EXPECT_EQ(complaint_about(connection_text("rekey_time = 10m\nrand_time = 11m")),
            "3:13: `rand_time` must not be more than `rekey_time`");
  EXPECT_EQ(complaint_about(connection_text("reauth_time = 10m\nrand_time = 11m")),
            "3:13: `rand_time` must not be more than `reauth_time`");
}

}  // namespace
}  // namespace esplanade::config::keying::test
