#include "platform/guard/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/guard/ruleset.h"
#include "platform/network_namespace.h"

namespace esplanade::platform {
namespace {

using iana::IpProtocol;
using testing::HasSubstr;
using testing::Not;

auto selector(std::string_view addresses, std::optional<IpProtocol> protocol = {},
              sa::PortRange ports = {}) -> sa::TrafficSelector {
  return {*net::Range::parse(addresses), protocol, ports};
}

auto protect(std::string_view ours, std::string_view theirs) -> GuardRule {
  return {{{selector(ours)}, {selector(theirs)}}, policy::Processing::protect, policy::Sides::both};
}

/// A host `peer` at the far end of a wire: 192.0.2.1 is ours, 192.0.2.2 is the peer's, and each
/// end has more addresses. What the peer hears is told by its answers.
struct GuardTest : testing::Test {
  GuardTest() {
    static int made = 0;
    peer = "guard" + std::to_string(::getpid()) + "-" + std::to_string(++made);
    network.run("ip netns add " + peer);
    network.run("ip link add wan type veth peer name wan netns " + peer);
    network.run("ip addr add 192.0.2.1/24 dev wan && ip addr add 10.1.0.1/32 dev lo");
    network.run("ip link set wan up && ip route add 10.0.0.0/8 via 192.0.2.2");
    at_peer("ip addr add 192.0.2.2/24 dev wan && ip link set wan up && ip link set lo up");
    at_peer("ip addr add 10.2.0.1/32 dev lo && ip addr add 10.9.0.1/32 dev lo");
    at_peer("ip route add 10.1.0.0/24 via 192.0.2.1");
    network.add_ipv6("2001:db8::1/64", "wan");
    network.run("ip netns exec " + peer + " ip -6 addr add 2001:db8::2/64 dev wan nodad");
    plan.tun = "esp0";
    plan.fwmark = 0x4303;
    plan.udp_ports = {500, 4500};
    guard.emplace(*Guard::open("esplanade"));
  }
  ~GuardTest() override { network.attempt("ip netns del " + peer); }

  void at_peer(const std::string& command) {
    network.run("ip netns exec " + peer + " sh -c '" + command + "'");
  }
  void enforce(std::vector<GuardRule> rules) {
    plan.rules = std::move(rules);
    const auto done = guard->replace(plan);
    ASSERT_TRUE(done) << done.error().to_string();
  }
  auto reaches(const std::string& from, const std::string& to, const std::string& more = "")
      -> bool {
    return network.attempt("ping -n -c 1 -W 0.3 -I " + from + " " + more + " " + to).status == 0;
  }
  auto is_reached(const std::string& from, const std::string& to) -> bool {
    return network.attempt("ip netns exec " + peer + " ping -n -c 1 -W 0.3 -I " + from + " " + to)
               .status == 0;
  }
  /// Does UDP to `port` of the peer's 10.2.0.1 come back from there?
  auto udp_reaches(int port) -> bool {
    const auto script =
        "import socket as s; a=s.socket(s.AF_INET,s.SOCK_DGRAM);"
        "a.bind((\"10.1.0.1\",0)); a.connect((\"10.2.0.1\"," +
        std::to_string(port) + ")); a.settimeout(0.3); a.send(b\"x\"); a.recv(9)";
    // A closed port is an error that comes back by ICMP: as good as an answer.
    return network.attempt("python3 -c '" + script + "'").output.find("refused") !=
           std::string::npos;
  }

  NetworkNamespace network;
  std::string peer;
  GuardPlan plan;
  std::optional<Guard> guard;
};

TEST_F(GuardTest, drops_what_policy_protects_in_both_directions_and_counts_it) {
  ASSERT_TRUE(reaches("10.1.0.1", "10.2.0.1"));
  ASSERT_TRUE(is_reached("10.2.0.1", "10.1.0.1"));

  enforce({protect("10.1.0.0/24", "10.2.0.0/24")});

  EXPECT_FALSE(reaches("10.1.0.1", "10.2.0.1"));
  EXPECT_EQ(guard->drops(), (GuardDrops{.inbound = 0, .outbound = 1}));
  EXPECT_FALSE(is_reached("10.2.0.1", "10.1.0.1"));
  EXPECT_EQ(guard->drops(), (GuardDrops{.inbound = 1, .outbound = 1}));
}

TEST_F(GuardTest, lets_pass_what_policy_does_not_name) {
  enforce({protect("10.1.0.0/24", "10.2.0.0/24")});

  EXPECT_TRUE(reaches("10.1.0.1", "10.9.0.1"));
  EXPECT_TRUE(reaches("192.0.2.1", "10.2.0.1"));
  EXPECT_TRUE(is_reached("192.0.2.2", "10.1.0.1"));
  EXPECT_TRUE(reaches("10.1.0.1", "10.1.0.1"));
  EXPECT_EQ(guard->drops(), GuardDrops{});
}

TEST_F(GuardTest, lets_pass_what_carries_our_mark) {
  enforce({protect("10.1.0.0/24", "10.2.0.0/24")});

  (void)reaches("10.1.0.1", "10.2.0.1", "-m 17155");  // 0x4303; the answer is dropped

  EXPECT_EQ(guard->drops(), (GuardDrops{.inbound = 1, .outbound = 0}));
}

// Neighbours find each other in clear; between two hosts' own addresses everything else is ours.
TEST_F(GuardTest, lets_neighbours_find_each_other) {
  enforce({protect("2001:db8::1", "2001:db8::2")});
  network.run("ip -6 neigh flush dev wan");

  EXPECT_FALSE(reaches("2001:db8::1", "2001:db8::2", "-m 17155"));
  EXPECT_THAT(network.run("ip -6 neigh show 2001:db8::2"), HasSubstr("lladdr"));
}

TEST_F(GuardTest, obeys_the_first_rule_that_matches) {
  auto bypass = protect("10.1.0.0/24", "10.2.0.1");
  bypass.processing = policy::Processing::bypass;

  enforce({bypass, protect("10.1.0.0/24", "10.2.0.0/24")});
  EXPECT_TRUE(reaches("10.1.0.1", "10.2.0.1"));

  enforce({protect("10.1.0.0/24", "10.2.0.0/24"), bypass});
  EXPECT_FALSE(reaches("10.1.0.1", "10.2.0.1"));
}

TEST_F(GuardTest, can_hold_for_one_direction_only) {
  auto discard = protect("10.1.0.0/24", "10.2.0.0/24");
  discard.processing = policy::Processing::discard;
  discard.sides = policy::Sides::inbound;

  enforce({discard});
  (void)reaches("10.1.0.1", "10.2.0.1");

  EXPECT_EQ(guard->drops(), (GuardDrops{.inbound = 1, .outbound = 0})) << "the answer";
}

TEST_F(GuardTest, tells_ports_and_types_apart) {
  enforce({{{{selector("10.1.0.0/24", IpProtocol::udp)},
             {selector("10.2.0.0/24", IpProtocol::udp, {53, 60})}}},
           {{{selector("10.1.0.0/24", IpProtocol::icmp, {0x0800, 0x0800})},
             {selector("10.9.0.0/24", IpProtocol::icmp)}}}});

  EXPECT_FALSE(udp_reaches(53));
  EXPECT_TRUE(udp_reaches(61));
  EXPECT_TRUE(reaches("10.1.0.1", "10.2.0.1"));
  EXPECT_FALSE(reaches("10.1.0.1", "10.9.0.1")) << "an echo request is type 8";
}

// A branch that is 10.1.0.0/24 and protects all of 10.0.0.0/8 at the other end.
TEST_F(GuardTest, leaves_alone_what_goes_between_hosts_of_ours_inside_theirs) {
  at_peer("ip addr add 10.1.0.9/32 dev lo");
  network.run("ip route add 10.1.0.9 via 192.0.2.2");

  enforce({protect("10.1.0.0/24", "10.0.0.0/8")});

  EXPECT_TRUE(reaches("10.1.0.1", "10.1.0.9"));
  EXPECT_TRUE(is_reached("10.1.0.9", "10.1.0.1"));
  EXPECT_FALSE(reaches("10.1.0.1", "10.2.0.1"));

  enforce({protect("10.1.0.0/24", "10.0.0.0/8"), protect("10.1.0.1", "10.1.0.9")});
  EXPECT_FALSE(reaches("10.1.0.1", "10.1.0.9")) << "the exemption is the first rule's only";
}

TEST_F(GuardTest, stays_in_force_after_its_owner_and_is_replaced_with_its_counts) {
  enforce({protect("10.1.0.0/24", "10.2.0.0/24")});
  guard.reset();
  EXPECT_FALSE(reaches("10.1.0.1", "10.2.0.1"));

  guard.emplace(*Guard::open("esplanade"));
  enforce({protect("10.1.0.0/24", "10.9.0.0/24")});

  EXPECT_EQ(guard->drops(), (GuardDrops{.inbound = 0, .outbound = 1}));
  EXPECT_TRUE(reaches("10.1.0.1", "10.2.0.1"));
  EXPECT_FALSE(reaches("10.1.0.1", "10.9.0.1"));
}

TEST_F(GuardTest, puts_back_what_it_found_where_a_start_fails) {
  enforce({protect("10.1.0.0/24", "10.2.0.0/24"),
           {{{selector("10.1.0.0/24", IpProtocol::udp, {53, 53})}, {selector("10.9.0.0/24")}}}});
  const auto before = network.run("nft list table inet esplanade");
  guard.emplace(*Guard::open("esplanade"));
  enforce({protect("10.1.0.0/24", "10.9.0.0/24")});

  guard->abandon();

  EXPECT_EQ(network.run("nft list table inet esplanade"), before);
}

TEST_F(GuardTest, leaves_nothing_when_removed_twice) {
  enforce({protect("10.1.0.0/24", "10.2.0.0/24")});

  EXPECT_TRUE(guard->remove());
  EXPECT_TRUE(guard->remove());

  EXPECT_EQ(network.run("nft list ruleset"), "");
  EXPECT_EQ(guard->drops(), std::nullopt);
}

TEST_F(GuardTest, keeps_the_old_table_where_the_kernel_refuses_the_new) {
  enforce({protect("10.1.0.0/24", "10.2.0.0/24")});
  plan.tun = "esp\"0";

  const auto done = guard->replace(plan);

  ASSERT_FALSE(done);
  EXPECT_FALSE(reaches("10.1.0.1", "10.2.0.1"));
}

TEST_F(GuardTest, holds_ten_thousand_connections) {
  std::vector<GuardRule> rules;
  for (int i = 0; i < 10'000; ++i) {
    const auto theirs = "20." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/24";
    rules.push_back(protect("10.1.0.0/24", theirs));
  }
  rules.push_back(protect("10.1.0.0/24", "10.2.0.0/24"));
  const auto begun = std::chrono::steady_clock::now();

  enforce(rules);

  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
  EXPECT_FALSE(reaches("10.1.0.1", "10.2.0.1"));
  EXPECT_TRUE(reaches("10.1.0.1", "10.9.0.1"));
}

/// An inside behind the test's network, from which the peer could be reached by forwarding.
struct GatewayGuardTest : GuardTest {
  GatewayGuardTest() {
    host = peer + "-in";
    network.run("ip netns add " + host);
    network.run("ip link add lan type veth peer name lan netns " + host);
    network.run("ip addr add 10.7.0.1/24 dev lan && ip link set lan up");
    network.run("sysctl -qw net.ipv4.ip_forward=1");
    at_host("ip addr add 10.7.0.2/24 dev lan; ip link set lan up");
    at_host("ip route add default via 10.7.0.1");
    at_peer("ip route add 10.7.0.0/24 via 192.0.2.1");
  }
  ~GatewayGuardTest() override { network.attempt("ip netns del " + host); }

  void at_host(const std::string& command) {
    network.run("ip netns exec " + host + " sh -c '" + command + "'");
  }
  auto host_reaches(const std::string& to) -> bool {
    return network.attempt("ip netns exec " + host + " ping -n -c 1 -W 0.3 " + to).status == 0;
  }

  std::string host;
};

TEST_F(GatewayGuardTest, keeps_the_system_from_forwarding_to_and_from_the_inside) {
  ASSERT_TRUE(host_reaches("192.0.2.2"));
  ASSERT_TRUE(is_reached("192.0.2.2", "10.7.0.2"));

  plan.inside = "lan";
  enforce({});

  EXPECT_FALSE(host_reaches("192.0.2.2"));
  EXPECT_FALSE(is_reached("192.0.2.2", "10.7.0.2"));
  EXPECT_TRUE(reaches("192.0.2.1", "192.0.2.2"));
}

TEST_F(GatewayGuardTest, keeps_the_system_itself_off_the_inside_marked_or_not) {
  ASSERT_TRUE(host_reaches("10.7.0.1"));

  plan.inside = "lan";
  enforce({});
  EXPECT_FALSE(host_reaches("10.7.0.1"));
  EXPECT_FALSE(reaches("10.7.0.1", "10.7.0.2", "-m 17155"));
}

TEST(Ruleset, makes_one_set_of_consecutive_rules_of_one_action) {
  GuardPlan plan{
      .rules = {protect("10.1.0.0/24", "10.2.0.0/24"), protect("10.1.0.0/24", "10.3.0.0/24")},
      .tun = "esp0",
      .fwmark = 1};
  const auto one = ruleset("esplanade", plan, {});

  plan.rules.push_back(protect("10.1.0.0/24", "10.4.0.0/24"));
  plan.rules[1].processing = policy::Processing::bypass;
  const auto three = ruleset("esplanade", plan, {});

  EXPECT_THAT(one, Not(HasSubstr("set g1_")));
  EXPECT_THAT(three, HasSubstr("set g2_"));
}

TEST(Ruleset, looks_fragments_up_without_ports_where_they_are_protected_only) {
  GuardRule rule{{{selector("10.1.0.0/24", IpProtocol::udp, {53, 53})}, {selector("10.2.0.0/24")}}};
  const auto text_for = [&](policy::Processing action) {
    rule.processing = action;
    return ruleset("esplanade", {.rules = {rule}, .tun = "esp0", .fwmark = 1}, {});
  };

  EXPECT_THAT(text_for(policy::Processing::protect), HasSubstr("ip frag-off & 0x1fff != 0"));
  EXPECT_THAT(text_for(policy::Processing::bypass), Not(HasSubstr("ip frag-off")));
}

}  // namespace
}  // namespace esplanade::platform
