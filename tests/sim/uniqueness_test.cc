// One identity at two places: what `unique` of the gateway makes of it.
#include "tests/sim/connections.h"
#include "tests/sim/world.h"

#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

/// A gateway, and two users of one identity at addresses of their own.
struct Office {
  explicit Office(policy::Uniqueness uniqueness) : world({}, World::quick()) {
    gateway = &world.add("192.0.2.1");
    laptop = &world.add("192.0.2.8");
    phone = &world.add("192.0.2.9");
    auto ours = make_connection({.name = "users",
                                 .our_address = "192.0.2.1",
                                 .their_address = "",
                                 .our_id = "office.example",
                                 .their_id = "carol.example",
                                 .children = {{}}});
    ours->uniqueness = uniqueness;
    world.configure(*gateway, {ours}, make_credentials("secret"));
    for (auto* user : {laptop, phone}) {
      const auto theirs =
          make_connection({.name = "office",
                           .our_address = user->address().to_string(),
                           .their_address = "192.0.2.1",
                           .our_id = "carol.example",
                           .their_id = "office.example",
                           .children = {{.ours = "10.2.0.0/16", .theirs = "10.1.0.0/16"}}});
      // An INITIAL_CONTACT of the second would be the end of the first in any case.
      theirs->uniqueness = policy::Uniqueness::never;
      world.configure(*user, {theirs}, make_credentials("secret"));
    }
  }

  void call(Gateway& user) {
    world.handle(user, ike::Initiate{.connection = "office", .child = ""});
    world.run_for(2s);
  }

  World world;
  Gateway* gateway = nullptr;
  Gateway* laptop = nullptr;
  Gateway* phone = nullptr;
};

auto addresses_at(Gateway& gateway) -> std::vector<std::string> {
  std::vector<std::string> found;
  for (const auto& one : gateway.endpoint().status()) {
    found.push_back(one.path.theirs.address.to_string());
  }
  return found;
}

using Addresses = std::vector<std::string>;

TEST(Uniqueness, keep_lets_the_first_stay_and_refuses_the_second) {
  Office office(policy::Uniqueness::keep);
  office.call(*office.laptop);
  office.call(*office.phone);

  EXPECT_EQ(addresses_at(*office.gateway), Addresses{"192.0.2.8"});
  EXPECT_EQ(office.gateway->count("authentication_failed"), 1U);
  EXPECT_TRUE(office.phone->children().empty());
}

TEST(Uniqueness, replace_lets_the_second_come_and_closes_the_first) {
  Office office(policy::Uniqueness::replace);
  office.call(*office.laptop);
  office.call(*office.phone);

  EXPECT_EQ(addresses_at(*office.gateway), Addresses{"192.0.2.9"});
  EXPECT_TRUE(office.laptop->endpoint().status().empty());
}

TEST(Uniqueness, no_and_never_let_both_be) {
  for (const auto uniqueness : {policy::Uniqueness::no, policy::Uniqueness::never}) {
    Office office(uniqueness);
    office.call(*office.laptop);
    office.call(*office.phone);

    EXPECT_EQ(addresses_at(*office.gateway), (Addresses{"192.0.2.8", "192.0.2.9"}));
  }
}

}  // namespace
}  // namespace esplanade::sim
