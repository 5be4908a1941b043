#include "ike/door/connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::ike::door {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

auto connection(std::string name, const std::vector<std::string>& theirs, std::uint32_t policy)
    -> policy::ConnectionPtr {
  auto made = std::make_shared<policy::Connection>();
  made->name = std::move(name);
  for (const auto& text : theirs) {
    auto range = net::Range::parse(text);
    made->theirs.push_back({.text = text, .range = range ? std::optional(*range) : std::nullopt});
  }
  policy::ChildPolicy child;
  child.name = "net";
  child.policy = policy::PolicyId{policy};
  made->children.push_back(std::move(child));
  return made;
}

auto names(const std::vector<policy::ConnectionPtr>& connections) -> std::vector<std::string> {
  std::vector<std::string> found;
  for (const auto& one : connections) found.push_back(one->name);
  return found;
}

auto from(std::string_view theirs) -> net::Path {
  return {.ours = {.address = *net::Address::parse("192.0.2.1"), .port = 500},
          .theirs = {.address = *net::Address::parse(theirs), .port = 500}};
}

const Connections some({connection("any", {}, 1), connection("one", {"198.51.100.1"}, 2),
                        connection("range", {"198.51.100.0/24"}, 3),
                        connection("two", {"198.51.100.1", "198.51.100.2"}, 4),
                        connection("name", {"gateway.example"}, 5)});

TEST(Connections, the_most_exact_comes_first_then_the_first_written) {
  EXPECT_THAT(names(some.candidates(from("198.51.100.1"), {})),
              ElementsAre("one", "two", "range", "any"));
  EXPECT_THAT(names(some.candidates(from("198.51.100.2"), {})), ElementsAre("two", "range", "any"));
  EXPECT_THAT(names(some.candidates(from("203.0.113.1"), {})), ElementsAre("any"));
}

TEST(Connections, a_name_counts_as_the_addresses_it_stands_for) {
  const KnownNames known = {{"gateway.example", {*net::Address::parse("203.0.113.9")}}};

  EXPECT_THAT(names(some.candidates(from("203.0.113.9"), known)), ElementsAre("name", "any"));
}

TEST(Connections, are_found_by_name_and_by_the_policy_of_a_child) {
  ASSERT_NE(some.find("two"), nullptr);
  EXPECT_EQ(some.find("two")->name, "two");
  EXPECT_EQ(some.find("three"), nullptr);

  const auto meant = some.find_policy(policy::PolicyId{3});
  ASSERT_NE(meant.child, nullptr);
  EXPECT_EQ(meant.connection->name, "range");
  EXPECT_EQ(meant.child->policy, policy::PolicyId{3});
  EXPECT_EQ(some.find_policy(policy::PolicyId{6}).child, nullptr);
}

TEST(Connections, none_give_no_candidates) {
  EXPECT_THAT(Connections{}.candidates(from("198.51.100.1"), {}), IsEmpty());
}

}  // namespace
}  // namespace esplanade::ike::door
