#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

auto shunts(const std::string& children) -> std::string {
  return "connections { shunts { children { " + children + " } } }";
}

TEST(Shunts, need_nobody_to_be_keyed_with) {
  const auto loaded =
      load_text(shunts("lan { mode = pass\nlocal_ts = 10.1.0.0/16\nremote_ts = 10.1.0.0/16\n"
                       "start_action = trap }"));

  ASSERT_TRUE(loaded) << complaint_of(loaded);
  EXPECT_TRUE(loaded->connections.empty());
  ASSERT_EQ(loaded->clear.size(), 1U);
  EXPECT_EQ(loaded->clear[0].entry.name, "shunts.lan");
  EXPECT_EQ(loaded->clear[0].place, 0U);
}

// As strongSwan ranks them: what is passed before all others, what is dropped behind them.
TEST(Shunts, that_drop_stand_behind_everything) {
  const auto loaded = load_text(
      shunts("all { mode = drop\nstart_action = trap }\nlan { mode = pass\nstart_action = trap }"));

  ASSERT_TRUE(loaded) << complaint_of(loaded);
  ASSERT_EQ(loaded->clear.size(), 2U);
  EXPECT_EQ(loaded->clear[0].entry.name, "shunts.lan");
  EXPECT_EQ(loaded->clear[1].entry.name, "shunts.all");
  EXPECT_EQ(loaded->clear[1].place, behind_all);
}

TEST(Shunts, stand_beside_children_that_are_keyed) {
  const auto loaded = load_text(
      "connections { site { remote_addrs = 192.0.2.2\nlocal { auth = psk } remote { auth = psk }\n"
      "children { net { } lan { mode = pass\nstart_action = trap } } } }\n"
      "secrets { ike { secret = s3cret } }\n");

  ASSERT_TRUE(loaded) << complaint_of(loaded);
  EXPECT_EQ(loaded->connections.at(0)->children.size(), 1U);
  EXPECT_EQ(loaded->clear.at(0).entry.name, "site.lan");
}

TEST(Shunts, that_nothing_installs_are_warned_about) {
  const auto text = shunts("lan { mode = pass }");

  EXPECT_EQ(warning_about(text), "1:35: it has no effect without `start_action = trap`");
  EXPECT_TRUE(load_text(text)->clear.empty());
}

}  // namespace
}  // namespace esplanade::config::keying::test
