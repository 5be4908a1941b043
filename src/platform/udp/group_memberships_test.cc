#include "platform/udp/group_memberships.h"

#include <gtest/gtest.h>

#include "platform/network_namespace.h"
#include "platform/port_test_support.h"
#include "platform/raw_port.h"

namespace esplanade::platform {
namespace {

struct GroupMembershipsTest : testing::Test {
  GroupMembershipsTest() {
    NetworkNamespace::run("ip link add net0 type veth peer name net1");
    NetworkNamespace::run("ip link set net0 up");
    NetworkNamespace::run("ip link set net1 up");
    NetworkNamespace::run("ip addr add 192.0.2.1/24 dev net0");
    NetworkNamespace::run("ip route add 239.0.0.0/8 dev net0");
  }
  /// Our own packet to the group, as the system hands it back to members.
  auto is_heard(RawPort& port) -> bool {
    fill(arena.packets()[0],
         net::Ipv4Fields{.src = address("192.0.2.1"),
                         .dst = address("239.1.1.1"),
                         .protocol = iana::IpProtocol::esp},
         core::as_view("an SPI and so on"));
    port.write(arena.packets().first(1));
    EXPECT_TRUE(arena.packets()[0].passes());
    pollfd polled{port.descriptor(), POLLIN, 0};
    return ::poll(&polled, 1, 300) == 1 && port.read(arena.packets()) == 1;
  }

  NetworkNamespace network;
  net::Arena arena{2048, net::batch_max};
};

TEST_F(GroupMembershipsTest, let_a_raw_port_hear_of_a_group_until_it_is_left) {
  const auto port = RawPort::open(iana::IpProtocol::esp, net::Family::ipv4, 0x4303).value();
  GroupMemberships memberships;
  EXPECT_FALSE(is_heard(*port));

  ASSERT_TRUE(memberships.follow({{address("239.1.1.1"), address("239.1.1.1")}}));
  EXPECT_EQ(memberships.count(), 1U);
  EXPECT_TRUE(is_heard(*port));

  ASSERT_TRUE(memberships.follow({}));
  EXPECT_FALSE(is_heard(*port));
}

TEST_F(GroupMembershipsTest, stay_as_they_are_where_a_group_cannot_be_joined) {
  GroupMemberships memberships;
  ASSERT_TRUE(memberships.follow({{address("239.1.1.1")}}));

  EXPECT_FALSE(memberships.follow({{address("192.0.2.9")}}));

  EXPECT_EQ(memberships.count(), 1U);
}

}  // namespace
}  // namespace esplanade::platform
