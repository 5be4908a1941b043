#include "config/check/ike.h"

#include "config/check/connection_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::config::check {
namespace {

using std::chrono::seconds;

TEST(Ike, has_a_default_for_everything) {
  const auto configuration = load_text("");
  ASSERT_TRUE(configuration);
  const auto& ike = configuration->ike;

  EXPECT_EQ(ike.retransmit_timeout, seconds(4));
  EXPECT_EQ(ike.retransmit_base, 1.8);
  EXPECT_EQ(ike.retransmit_tries, 5U);
  EXPECT_EQ(ike.half_open_timeout, seconds(30));
  EXPECT_EQ(ike.cookie_threshold, 30U);
  EXPECT_EQ(ike.block_threshold, 5U);
  EXPECT_EQ(ike.half_open_limit, 10000U);
  EXPECT_EQ(ike.window, 1U);
  EXPECT_EQ(ike.fragment_size, 1280U);
  EXPECT_EQ(ike.keep_alive, seconds(20));
  EXPECT_FALSE(ike.tells_invalid_selectors);
  EXPECT_EQ(ike.port, 500);
  EXPECT_EQ(ike.port_nat_t, 4500);
}

TEST(Ike, takes_every_setting) {
  const auto configuration = load_text(
      "ike { retransmit_timeout = 2 retransmit_base = 2.5 retransmit_tries = 7\n"
      "half_open_timeout = 1m cookie_threshold = 0 block_threshold = 10 half_open_limit = 100\n"
      "window = 8 fragment_size = 1400 keep_alive = 0\n"
      "invalid_selectors = yes port = 1500 port_nat_t = 1600 }");
  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  const auto& ike = configuration->ike;

  EXPECT_EQ(ike.retransmit_timeout, seconds(2));
  EXPECT_EQ(ike.retransmit_base, 2.5);
  EXPECT_EQ(ike.retransmit_tries, 7U);
  EXPECT_EQ(ike.half_open_timeout, seconds(60));
  EXPECT_EQ(ike.cookie_threshold, 0U);
  EXPECT_EQ(ike.block_threshold, 10U);
  EXPECT_EQ(ike.half_open_limit, 100U);
  EXPECT_EQ(ike.window, 8U);
  EXPECT_EQ(ike.fragment_size, 1400U);
  EXPECT_EQ(ike.keep_alive, seconds(0));
  EXPECT_TRUE(ike.tells_invalid_selectors);
  EXPECT_EQ(ike.port, 1500);
  EXPECT_EQ(ike.port_nat_t, 1600);
}

struct Refused {
  std::string setting;
  std::string complaint;
};

const auto refused = std::to_array<Refused>({
    {"retransmit_timeout = 0", "1:28: `retransmit_timeout` must be more than 0 seconds, not `0`"},
    {"retransmit_base = 1", "1:25: `retransmit_base` must be a number from 1.1 to 10, not `1`"},
    {"retransmit_base = 11", "1:25: `retransmit_base` must be a number from 1.1 to 10, not `11`"},
    {"retransmit_base = x", "1:25: `retransmit_base` must be a number from 1.1 to 10, not `x`"},
    {"retransmit_tries = 0", "1:26: `retransmit_tries` must be a number from 1 to 100, not `0`"},
    {"half_open_timeout = 0", "1:27: `half_open_timeout` must be more than 0 seconds, not `0`"},
    {"cookie_threshold = x",
     "1:26: `cookie_threshold` must be a number from 0 to 1000000, not `x`"},
    {"block_threshold = 0", "1:25: `block_threshold` must be a number from 1 to 1000000, not `0`"},
    {"half_open_limit = 0", "1:25: `half_open_limit` must be a number from 1 to 1000000, not `0`"},
    {"window = 65", "1:16: `window` must be a number from 1 to 64, not `65`"},
    {"fragment_size = 575", "1:23: `fragment_size` must be a number from 576 to 65535, not `575`"},
    {"keep_alive = x",
     "1:20: `keep_alive` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"invalid_selectors = often", "1:27: `invalid_selectors` must be `yes` or `no`, not `often`"},
    {"port = 0", "1:14: `port` must be a number from 1 to 65535, not `0`"},
    {"port_nat_t = 500", "1:20: `port` and `port_nat_t` must be two ports"},
    {"port = 4500", "1:14: `port` and `port_nat_t` must be two ports"},
    {"windows = 1", "1:7: unknown setting `windows`"},
    {"in { }", "1:7: unknown section `in`"},
});

TEST(Ike, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about("ike { " + row.setting + " }"), row.complaint);
  }
}

}  // namespace
}  // namespace esplanade::config::check
