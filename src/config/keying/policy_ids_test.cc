#include "config/keying/policy_ids.h"

#include <gtest/gtest.h>
#include <set>

namespace esplanade::config::keying {
namespace {

auto connection(std::string name, const std::vector<std::string>& children) -> policy::Connection {
  policy::Connection made;
  made.name = std::move(name);
  for (const auto& child : children) {
    made.children.emplace_back();
    made.children.back().name = child;
  }
  return made;
}

TEST(PolicyIds, are_of_the_names_and_not_of_the_order) {
  std::vector<policy::Connection> before = {connection("a", {"x", "y"}), connection("b", {"x"})};
  std::vector<policy::Connection> after = {connection("b", {"x"}),
                                           connection("a", {"y", "z", "x"})};
  number_policies(before);
  number_policies(after);

  EXPECT_EQ(before[0].children[0].policy, after[1].children[2].policy);
  EXPECT_EQ(before[0].children[1].policy, after[1].children[0].policy);
  EXPECT_EQ(before[1].children[0].policy, after[0].children[0].policy);
}

TEST(PolicyIds, are_unique_and_never_zero) {
  std::vector<policy::Connection> connections(1);
  connections.front().name = "a";
  for (auto i = 0; i < 5000; ++i) {
    connections.front().children.emplace_back();
    connections.front().children.back().name = std::to_string(i);
  }
  number_policies(connections);

  std::set<policy::PolicyId> seen = {policy::PolicyId{}};
  for (const auto& child : connections.front().children) {
    EXPECT_TRUE(seen.insert(child.policy).second) << child.name;
  }
}

}  // namespace
}  // namespace esplanade::config::keying
