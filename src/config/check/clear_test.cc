#include "config/check/clear.h"

#include "config/check/connection_test_support.h"

#include <gmock/gmock.h>

namespace esplanade::config::check {
namespace {

using policy::Processing;
using policy::Sides;

/// `section` before and behind a hand-keyed connection.
auto loaded_with(const std::string& before, const std::string& behind) -> Configuration {
  auto text = connection_text("");
  const std::string head = "manual { ";
  text.insert(head.size(), before);
  text.insert(text.rfind("} }") + 2, behind);
  auto loaded = load_text(text);
  if (!loaded) ADD_FAILURE() << loaded.error().front().to_string() << text;
  return std::move(loaded).value();
}

TEST(Clear, keeps_its_place_among_hand_keyed_connections) {
  const auto configuration = loaded_with("lan { mode = pass\nremote_ts = 10.1.0.0/16 }\n",
                                         "rest { mode = drop\nremote_ts = 10.0.0.0/8 }\n");

  ASSERT_EQ(configuration.clear.size(), 2U);
  EXPECT_EQ(configuration.clear[0].place, 0U);
  EXPECT_EQ(configuration.clear[0].entry.name, "lan");
  EXPECT_EQ(configuration.clear[0].entry.processing, Processing::bypass);
  EXPECT_EQ(configuration.clear[1].place, 1U);
  EXPECT_EQ(configuration.clear[1].entry.processing, Processing::discard);
}

TEST(Clear, is_about_any_traffic_unless_told) {
  const auto configuration = loaded_with("all { mode = drop }\n", "");

  ASSERT_EQ(configuration.clear.size(), 1U);
  const auto& [ours, theirs] = configuration.clear[0].entry.selectors;
  ASSERT_EQ(ours.size(), 2U);
  EXPECT_EQ(ours[0].addresses.to_string(), "0.0.0.0/0");
  EXPECT_EQ(theirs[1].addresses.to_string(), "::/0");
  EXPECT_EQ(configuration.clear[0].entry.sides, Sides::both);
}

TEST(Clear, may_hold_one_direction) {
  const auto configuration =
      loaded_with("a { mode = pass\ndirection = in }\nb { mode = pass\ndirection = out }\n", "");

  EXPECT_EQ(configuration.clear.at(0).entry.sides, Sides::inbound);
  EXPECT_EQ(configuration.clear.at(1).entry.sides, Sides::outbound);
}

TEST(Clear, refuses_keys_and_other_directions) {
  EXPECT_EQ(complaint_about("manual { x { mode = pass\nreplay_window = 64 } }"),
            "2:1: unknown setting `replay_window`");
  EXPECT_EQ(complaint_about("manual { x { mode = drop\ndirection = up } }"),
            "2:13: `direction` must be `both`, `out` or `in`, not `up`");
}

}  // namespace
}  // namespace esplanade::config::check
