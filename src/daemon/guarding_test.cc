#include "daemon/guarding.h"

#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using policy::PolicyId;
using policy::Processing;
using policy::Sides;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto selectors(std::string_view theirs) -> sa::Selectors {
  return {.ours = traffic({"10.1.0.0/16"}), .theirs = traffic({theirs})};
}

TEST(GuardRules, are_the_entries_of_the_spd_in_their_order) {
  policy::Spd spd;
  spd.append(
      policy::ClearEntry{selectors("10.2.1.0/24"), Processing::bypass, Sides::outbound, "a"});
  spd.append(policy::SpdEntry{.selectors = selectors("10.2.0.0/16"), .name = "b"});
  spd.append(policy::ClearEntry{selectors("10.3.0.0/16"), Processing::discard, Sides::both, "c"});

  const auto rules = guard_rules(spd, nullptr);

  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0],
            (platform::GuardRule{selectors("10.2.1.0/24"), Processing::bypass, Sides::outbound}));
  EXPECT_EQ(rules[1].selectors, selectors("10.2.0.0/16"));
  EXPECT_EQ(rules[1].processing, Processing::protect);
  EXPECT_EQ(rules[2].processing, Processing::protect);  // dropped in clear
}

TEST(GuardRules, hold_what_sas_have_learnt_behind_the_entry_they_are_of) {
  policy::Spd spd;
  spd.append(policy::KeyedEntry{.policy = PolicyId{1}, .selectors = selectors("10.2.0.0/16")});
  spd.append(policy::KeyedEntry{
      .policy = PolicyId{2}, .selectors = selectors("10.9.0.0/16"), .is_open = true});
  ChildTable children;
  for (const auto policy : {PolicyId{1}, PolicyId{2}}) {
    auto& child = children[ike::ChildId{std::to_underlying(policy)}];
    child.policy = policy;
    child.outbound = make_outbound({.inner_theirs = {"198.51.100.7/32"}});
  }

  const auto rules = guard_rules(spd, &children);

  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[2].selectors.theirs, traffic({"198.51.100.7/32"}));
}

}  // namespace
}  // namespace esplanade::daemon
