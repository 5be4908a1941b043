#include "platform/link/local_addresses.h"

#include <gtest/gtest.h>

#include "platform/network_namespace.h"
#include "platform/port_test_support.h"

namespace esplanade::platform {
namespace {

TEST(LocalAddresses, are_those_of_all_devices_in_order_and_each_once) {
  const NetworkNamespace network;
  network.run("ip addr add 192.0.2.1/24 dev lo");
  network.run("ip link add other type veth peer name end");
  network.run("ip addr add 192.0.2.1/32 dev other");
  network.add_ipv6("fd00::2/64", "lo");

  const auto addresses = local_addresses();

  ASSERT_TRUE(addresses);
  EXPECT_EQ(*addresses, (std::vector{address("127.0.0.1"), address("192.0.2.1"), address("::1"),
                                     address("fd00::2")}));
}

}  // namespace
}  // namespace esplanade::platform
