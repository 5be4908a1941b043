#include "platform/netlink/netlink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <set>

#include "platform/network_namespace.h"

namespace esplanade::platform {
namespace {

using testing::HasSubstr;

auto all_links() -> NetlinkMessage {
  NetlinkMessage message{RTM_GETLINK, NLM_F_DUMP};
  message.header<ifinfomsg>();
  return message;
}

TEST(Netlink, visits_each_part_of_an_answer) {
  NetworkNamespace network;
  network.run("for i in $(seq 100); do echo link add plat$i type veth; done | ip -batch -");
  auto netlink = *Netlink::open();
  auto request = all_links();
  std::set<int> indices;
  ASSERT_TRUE(netlink.dump(request, "list links", [&](const nlmsghdr* message) {
    ASSERT_EQ(message->nlmsg_type, RTM_NEWLINK);
    indices.insert(static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message))->ifi_index);
  }));
  EXPECT_EQ(indices.size(), 201u);  // and lo
}

TEST(Netlink, visits_each_attribute) {
  NetworkNamespace network;
  auto netlink = *Netlink::open();
  auto request = all_links();
  std::string name;
  ASSERT_TRUE(netlink.dump(request, "list links", [&](const nlmsghdr* message) {
    for_each_attribute(message, sizeof(ifinfomsg), [&](const nlattr* attribute) {
      if (mnl_attr_get_type(attribute) == IFLA_IFNAME) name = mnl_attr_get_str(attribute);
    });
  }));
  EXPECT_EQ(name, "lo");
}

TEST(Netlink, tells_the_reason_the_kernel_gives) {
  NetworkNamespace network;
  auto netlink = *Netlink::open();
  NetlinkMessage message{RTM_NEWROUTE, NLM_F_CREATE};
  auto& header = message.header<rtmsg>();
  header.rtm_family = AF_INET;
  header.rtm_dst_len = 33;
  const auto done = netlink.perform(message, "add a route");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().to_string(),
            "cannot add a route (Invalid prefix length): Invalid argument");
}

TEST(Netlink, goes_on_after_an_error) {
  NetworkNamespace network;
  auto netlink = *Netlink::open();
  NetlinkMessage bad{RTM_NEWLINK, 0};
  bad.header<ifinfomsg>().ifi_index = 9999;
  EXPECT_FALSE(netlink.perform(bad, "change no link"));
  auto request = all_links();
  EXPECT_TRUE(netlink.dump(request, "list links", [](const nlmsghdr*) {}));
}

TEST(NetlinkMessage, aborts_when_too_much_is_put) {
  NetlinkMessage message{RTM_NEWLINK, 0};
  message.header<ifinfomsg>();
  EXPECT_DEATH(message.put(IFLA_IFNAME, core::Bytes(600)), "bug");
}

}  // namespace
}  // namespace esplanade::platform
