#include "daemon/keying/policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using policy::StartAction;
using testing::ElementsAre;

auto address(const char* text) -> net::Address { return net::Address::parse(text).value(); }
auto fixed(const char* text) -> policy::PeerAddress {
  return {text, net::Range::parse(text).value()};
}
auto named(const char* text) -> policy::PeerAddress { return {text, std::nullopt}; }
auto network(const char* text) -> policy::SelectorTemplate {
  return {net::Range::parse(text).value(), std::nullopt, {}};
}
const policy::SelectorTemplate dynamic{};

auto child(std::vector<policy::SelectorTemplate> ours, std::vector<policy::SelectorTemplate> theirs,
           StartAction action = StartAction::trap) -> policy::ChildPolicy {
  policy::ChildPolicy made;
  made.policy = policy::PolicyId{7};
  made.ours = std::move(ours);
  made.theirs = std::move(theirs);
  made.start_action = action;
  return made;
}

auto connection(std::vector<policy::PeerAddress> ours, std::vector<policy::PeerAddress> theirs)
    -> policy::Connection {
  policy::Connection made;
  made.ours = std::move(ours);
  made.theirs = std::move(theirs);
  return made;
}

auto ranges(const std::vector<sa::TrafficSelector>& selectors) -> std::vector<std::string> {
  std::vector<std::string> all;
  for (const auto& one : selectors) all.push_back(one.addresses.to_string());
  return all;
}

auto nowhere(const net::Address& /*theirs*/) -> std::optional<net::Address> { return {}; }

auto prefixes(const platform::RoutePlan& plan) -> std::vector<std::string> {
  std::vector<std::string> all;
  for (const auto& one : plan) {
    all.push_back((one.way == platform::Way::elsewhere ? "not " : "") + one.prefix.to_string());
  }
  return all;
}

TEST(ResolveSelectors, puts_fixed_addresses_in_place_of_dynamic) {
  const auto resolved =
      resolve_selectors(connection({fixed("192.0.2.1")}, {fixed("192.0.2.2")}),
                        child({dynamic}, {network("10.2.0.0/16"), dynamic}), nowhere);

  EXPECT_THAT(ranges(resolved.selectors.ours), ElementsAre("192.0.2.1/32"));
  EXPECT_THAT(ranges(resolved.selectors.theirs), ElementsAre("10.2.0.0/16", "192.0.2.2/32"));
  EXPECT_FALSE(resolved.is_open);
}

TEST(ResolveSelectors, asks_the_routes_where_our_address_is_left_open) {
  const auto resolved = resolve_selectors(
      connection({}, {fixed("192.0.2.2")}), child({dynamic}, {network("10.2.0.0/16")}),
      [](const net::Address& theirs) -> std::optional<net::Address> {
        EXPECT_EQ(theirs, address("192.0.2.2"));
        return address("192.0.2.9");
      });

  EXPECT_THAT(ranges(resolved.selectors.ours), ElementsAre("192.0.2.9/32"));
  EXPECT_FALSE(resolved.is_open);
}

TEST(ResolveSelectors, stays_open_where_an_address_is_yet_to_be_learnt) {
  for (const auto& theirs :
       {std::vector{named("moon.example.org")}, std::vector{fixed("192.0.2.0/24")},
        std::vector<policy::PeerAddress>{}}) {
    const auto resolved = resolve_selectors(connection({fixed("192.0.2.1")}, theirs),
                                            child({network("10.1.0.0/16")}, {dynamic}), nowhere);
    EXPECT_TRUE(resolved.is_open);
    EXPECT_TRUE(resolved.selectors.theirs.empty());
  }
}

TEST(KeyedEntries, hold_packets_only_where_a_start_action_will_make_an_sa) {
  auto made = connection({fixed("192.0.2.1")}, {fixed("192.0.2.2")});
  for (const auto action :
       {StartAction::none, StartAction::trap, StartAction::start, StartAction::trap_and_start}) {
    made.children.push_back(child({dynamic}, {dynamic}, action));
  }

  std::vector<policy::Unkeyed> unkeyed;
  for (const auto& entry :
       keyed_entries({std::make_shared<policy::Connection>(std::move(made))}, nowhere)) {
    unkeyed.push_back(entry.unkeyed);
    EXPECT_EQ(entry.policy, policy::PolicyId{7});
  }

  using enum policy::Unkeyed;
  EXPECT_THAT(unkeyed, ElementsAre(drop, hold, hold, hold));
}

TEST(RoutesFor, leads_theirs_into_the_tun_but_what_is_ours) {
  auto made = connection({fixed("192.0.2.1")}, {fixed("192.0.2.2")});
  made.children = {child({network("10.1.0.0/16")}, {network("10.0.0.0/8")})};

  const auto plan = routes_for({std::make_shared<policy::Connection>(made)}, nowhere);

  EXPECT_THAT(prefixes(plan), ElementsAre("not 10.1.0.0/16", "10.0.0.0/8"));
  EXPECT_EQ(plan[1].preferred_source, std::nullopt);
}

TEST(RoutesFor, has_local_senders_take_our_address_in_transport_mode) {
  auto made = connection({fixed("192.0.2.1")}, {fixed("192.0.2.2")});
  made.children = {child({dynamic}, {dynamic})};
  made.children[0].mode = sa::Mode::transport;

  const auto plan = routes_for({std::make_shared<policy::Connection>(made)}, nowhere);

  EXPECT_THAT(prefixes(plan), ElementsAre("192.0.2.2/32"));
  EXPECT_EQ(plan[0].preferred_source, address("192.0.2.1"));
}

}  // namespace
}  // namespace esplanade::daemon
