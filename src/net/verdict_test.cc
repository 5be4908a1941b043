#include "net/verdict.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace esplanade::net {
namespace {

TEST(Verdict, has_a_name_of_its_own_for_every_value) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < verdict_count; ++i) names.insert(name_of(static_cast<Verdict>(i)));

  EXPECT_EQ(names.size(), verdict_count);
  EXPECT_EQ(name_of(Verdict::pass), "pass");
  EXPECT_EQ(name_of(Verdict::replay_too_old), "replay_too_old");
}

TEST(Verdict, has_no_name_for_what_is_none) { EXPECT_DEATH((void)name_of(Verdict::count_), "bug"); }

TEST(Verdict, is_harmless_where_nobody_did_wrong) {
  std::vector<std::string_view> harmless;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (is_harmless(verdict)) harmless.push_back(name_of(verdict));
  }
  EXPECT_EQ(harmless, (std::vector<std::string_view>{"pass", "held", "keep_alive", "ike",
                                                     "fragment_kept", "dummy"}));
}

}  // namespace
}  // namespace esplanade::net
