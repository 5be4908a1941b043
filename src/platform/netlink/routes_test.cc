#include "platform/netlink/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/network_namespace.h"
#include "platform/tun.h"

namespace esplanade::platform {
namespace {

using testing::HasSubstr;
using testing::Not;

auto prefix(std::string_view text) -> net::Prefix { return *net::Prefix::parse(text); }

struct RoutesTest : testing::Test {
  RoutesTest() {
    // A link in the main table that leads everywhere, and addresses to send from.
    network.run(
        "ip link add plat_out type veth peer name plat_far && ip link set plat_out up && ip link "
        "set plat_far up");
    network.run("ip addr add 192.0.2.1/24 dev plat_out && ip route add default dev plat_out");
    network.add_ipv6("2001:db8::1/64", "plat_out");
    network.run("ip -6 route add default dev plat_out");
    restart();
  }

  /// A TUN and routes of a process that has just begun.
  void restart() {
    auto made = Tun::open("plat%d", 1380);
    if (!made) throw std::runtime_error(made.error().to_string());
    tun = *std::move(made);
    routes = make_routes();
  }
  auto make_routes() -> std::unique_ptr<Routes> {
    return std::make_unique<Routes>(*Netlink::open(),
                                    RoutingSettings{4303, 0x4303, 4303, tun->index()});
  }
  /// As if the process had been killed: nobody removes anything, the TUN is gone.
  void crash() {
    static auto& abandoned = *new std::vector<Routes*>;  // never destroyed, yet no leak
    abandoned.push_back(routes.release());
    tun.reset();
  }
  auto route_to(const std::string& destination, const std::string& how = "") -> std::string {
    return network.attempt("ip route get " + destination + " " + how).output;
  }
  auto table() -> std::string {
    return network.attempt("ip route show table 4303").output +
           network.attempt("ip -6 route show table 4303").output;
  }
  auto rules() -> std::string { return network.run("ip rule; ip -6 rule"); }

  NetworkNamespace network;
  std::unique_ptr<Tun> tun;
  std::unique_ptr<Routes> routes;
};

TEST_F(RoutesTest, lead_protected_traffic_into_the_tun_and_our_own_past_it) {
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));
  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("dev plat0"));
  EXPECT_THAT(route_to("10.2.3.4", "mark 0x4303"), HasSubstr("dev plat_out"));
  EXPECT_THAT(route_to("fd02::1"), HasSubstr("dev plat0"));
  EXPECT_THAT(route_to("fd02::1", "mark 0x4303"), HasSubstr("dev plat_out"));
  EXPECT_THAT(route_to("10.3.0.1"), HasSubstr("dev plat_out"));
}

TEST_F(RoutesTest, use_the_preferred_source) {
  network.run("ip addr add 10.1.0.1/32 dev lo");
  network.add_ipv6("fd01::1/128", "lo");
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), prefix("10.1.0.1").first()},
                               {prefix("fd02::/16"), prefix("fd01::1").first()}}));
  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("src 10.1.0.1"));
  EXPECT_THAT(route_to("fd02::1"), HasSubstr("src fd01::1"));
}

TEST_F(RoutesTest, leave_nothing_behind) {
  const auto rules_before = rules();
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));
  EXPECT_THAT(table(), HasSubstr("unreachable 10.2.0.0/16"));
  EXPECT_NE(rules(), rules_before);
  ASSERT_TRUE(routes->remove());
  EXPECT_EQ(rules(), rules_before);
  EXPECT_THAT(table(), Not(HasSubstr("/16")));
}

TEST_F(RoutesTest, are_removed_when_their_object_ends) {
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}}));
  routes.reset();
  EXPECT_THAT(table(), Not(HasSubstr("/16")));
}

TEST_F(RoutesTest, block_protected_traffic_after_a_crash) {
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));
  crash();
  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("No route to host"));
  EXPECT_THAT(route_to("fd02::1"), HasSubstr("No route to host"));
  EXPECT_THAT(route_to("10.3.0.1"), HasSubstr("dev plat_out"));
}

TEST_F(RoutesTest, of_a_crashed_predecessor_are_adopted) {
  const auto rules_before = rules();
  ASSERT_TRUE(routes->install(
      {{prefix("10.2.0.0/16"), {}}, {prefix("10.9.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));
  crash();
  restart();
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}}));
  EXPECT_THAT(route_to("10.9.3.4"), HasSubstr("No route to host"));
  ASSERT_TRUE(routes->replace({{prefix("10.2.0.0/16"), {}}}));
  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("dev plat0"));
  EXPECT_THAT(route_to("10.9.3.4"), HasSubstr("dev plat_out"));
  EXPECT_THAT(route_to("fd02::1"), HasSubstr("dev plat_out"));
  ASSERT_TRUE(routes->remove());
  EXPECT_EQ(rules(), rules_before);
  EXPECT_THAT(table(), Not(HasSubstr("/16")));
}

TEST_F(RoutesTest, of_a_crashed_predecessor_stay_if_the_next_start_fails) {
  const auto rules_before = rules();
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}}));
  crash();
  restart();
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));

  routes->abandon();
  routes.reset();
  tun.reset();

  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("No route to host"));
  EXPECT_THAT(route_to("fd02::1"), HasSubstr("dev plat_out"));
  EXPECT_NE(rules(), rules_before);
}

TEST_F(RoutesTest, go_without_a_trace_if_the_first_start_fails) {
  const auto rules_before = rules();
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));

  routes->abandon();

  EXPECT_EQ(rules(), rules_before);
  EXPECT_THAT(table(), Not(HasSubstr("/16")));
}

TEST_F(RoutesTest, of_a_daemon_that_runs_are_not_taken_from_it) {
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}}));
  auto second_tun = Tun::open("plat%d", 1380).value();
  Routes second(*Netlink::open(), RoutingSettings{4303, 0x4303, 4303, second_tun->index()});

  const auto done = second.install({{prefix("10.3.0.0/16"), {}}});
  second.abandon();

  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().to_string(), HasSubstr("another daemon's routes are in it"));
  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("dev plat0"));
}

TEST_F(RoutesTest, let_pass_what_is_ours_inside_what_is_theirs) {
  ASSERT_TRUE(routes->install(
      {{prefix("10.0.0.0/8"), {}}, {.prefix = prefix("10.1.0.0/16"), .way = Way::elsewhere}}));
  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("dev plat0"));
  EXPECT_THAT(route_to("10.1.3.4"), HasSubstr("dev plat_out"));
  ASSERT_TRUE(routes->remove());
  EXPECT_THAT(table(), Not(HasSubstr("10.")));
}

TEST_F(RoutesTest, of_the_operator_in_the_same_table_are_left_alone) {
  network.run("ip route add throw 10.2.7.0/24 table 4303");
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}}));
  EXPECT_THAT(route_to("10.2.7.1"), HasSubstr("dev plat_out"));
  ASSERT_TRUE(routes->remove());
  EXPECT_THAT(table(), HasSubstr("throw 10.2.7.0/24"));
}

TEST_F(RoutesTest, are_replaced_by_those_of_a_new_plan) {
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("10.3.0.0/16"), {}}}));
  ASSERT_TRUE(routes->replace({{prefix("10.3.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));
  EXPECT_THAT(route_to("10.2.3.4"), HasSubstr("dev plat_out"));
  EXPECT_THAT(route_to("10.3.0.1"), HasSubstr("dev plat0"));
  EXPECT_THAT(route_to("fd02::1"), HasSubstr("dev plat0"));
}

TEST_F(RoutesTest, lose_the_rule_of_a_family_that_a_new_plan_leaves_out) {
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("fd02::/16"), {}}}));
  ASSERT_TRUE(routes->replace({{prefix("fd02::/16"), {}}}));
  EXPECT_THAT(network.run("ip rule"), Not(HasSubstr("4303")));
  EXPECT_THAT(network.run("ip -6 rule"), HasSubstr("4303:\tnot from all fwmark 0x4303"));
}

TEST_F(RoutesTest, take_a_prefix_that_stands_twice_as_one) {
  ASSERT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}, {prefix("10.2.0.0/16"), {}}}));
  ASSERT_TRUE(routes->remove());
  EXPECT_THAT(table(), Not(HasSubstr("/16")));
}

TEST_F(RoutesTest, cover_everything_by_the_prefix_of_length_0) {
  ASSERT_TRUE(routes->install({{prefix("0.0.0.0/0"), {}}, {prefix("::/0"), {}}}));
  EXPECT_THAT(route_to("203.0.113.1"), HasSubstr("dev plat0"));
  EXPECT_THAT(route_to("2001:db8:1::1"), HasSubstr("dev plat0"));
  crash();
  restart();
  ASSERT_TRUE(routes->install({}));
  ASSERT_TRUE(routes->replace({}));
  EXPECT_THAT(route_to("203.0.113.1"), HasSubstr("dev plat_out"));
  EXPECT_THAT(route_to("2001:db8:1::1"), HasSubstr("dev plat_out"));
}

TEST_F(RoutesTest, say_which_prefix_was_refused_and_why) {
  const auto done = routes->install({{prefix("10.2.0.0/16"), prefix("10.77.0.1").first()}});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().to_string(),
              HasSubstr("cannot route 10.2.0.0/16 into the TUN from 10.77.0.1 in table 4303"));
  EXPECT_THAT(done.error().to_string(), HasSubstr("Invalid prefsrc address"));
}

TEST_F(RoutesTest, need_ipv6_only_for_ipv6_prefixes) {
  network.run("sysctl -w net.ipv6.conf.all.disable_ipv6=1");
  EXPECT_TRUE(routes->install({{prefix("10.2.0.0/16"), {}}}));
  const auto done = routes->replace({{prefix("fd02::/16"), {}}});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().to_string(), HasSubstr("fd02::/16"));
}

TEST_F(RoutesTest, come_and_go_one_by_one_beside_the_plan) {
  ASSERT_TRUE(routes->install({{.prefix = prefix("10.2.0.0/16")}}));

  ASSERT_TRUE(routes->extend({{.prefix = prefix("10.9.0.5/32")}}));
  EXPECT_THAT(route_to("10.9.0.5"), HasSubstr("dev plat0"));
  EXPECT_THAT(table(), HasSubstr("unreachable 10.9.0.5"));

  ASSERT_TRUE(routes->retract({{.prefix = prefix("10.9.0.5/32")}}));
  EXPECT_THAT(table(), Not(HasSubstr("10.9.0.5")));
  EXPECT_THAT(route_to("10.2.0.1"), HasSubstr("dev plat0"));
}

TEST_F(RoutesTest, come_and_go_past_the_tun_too) {
  ASSERT_TRUE(routes->install({{.prefix = prefix("10.2.0.0/16")}}));

  ASSERT_TRUE(routes->extend({{.prefix = prefix("10.2.7.0/24"), .way = Way::elsewhere}}));
  EXPECT_THAT(table(), HasSubstr("throw 10.2.7.0/24"));

  ASSERT_TRUE(routes->retract({{.prefix = prefix("10.2.7.0/24"), .way = Way::elsewhere}}));
  EXPECT_THAT(table(), Not(HasSubstr("10.2.7.0/24")));
  EXPECT_THAT(route_to("10.2.7.1"), HasSubstr("dev plat0"));
}

}  // namespace
}  // namespace esplanade::platform
