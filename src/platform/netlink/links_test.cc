#include "platform/netlink/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include "platform/network_namespace.h"

namespace esplanade::platform {
namespace {

using testing::HasSubstr;

struct LinksTest : testing::Test {
  NetworkNamespace network;
  Netlink netlink = *Netlink::open();
  unsigned index =
      (network.run("ip link add plat0 type veth peer name plat1"), ::if_nametoindex("plat0"));
};

TEST_F(LinksTest, get_their_settings) {
  ASSERT_TRUE(disable_address_generation(netlink, index));
  ASSERT_TRUE(set_mtu(netlink, index, 1400));
  ASSERT_TRUE(set_link_up(netlink, index));
  const auto link = network.run("ip -d link show dev plat0; ip addr show dev plat0");
  EXPECT_THAT(link, HasSubstr("mtu 1400"));
  EXPECT_THAT(link, HasSubstr("UP"));
  EXPECT_THAT(link, HasSubstr("addrgenmode none"));
  EXPECT_THAT(link, Not(HasSubstr("inet6")));
}

TEST_F(LinksTest, that_are_not_there_are_named_by_the_error) {
  const auto done = set_mtu(netlink, 9999, 1400);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().number, ENODEV);
  EXPECT_THAT(done.error().to_string(), HasSubstr("set the MTU to 1400"));
}

}  // namespace
}  // namespace esplanade::platform
