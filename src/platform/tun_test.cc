#include "platform/tun.h"

#include <gtest/gtest.h>

#include "net/checksum.h"
#include "platform/network_namespace.h"
#include "platform/port_test_support.h"

namespace esplanade::platform {
namespace {

struct TunTest : testing::Test {
  auto open(const std::string& pattern, std::uint16_t mtu) -> std::unique_ptr<Tun> {
    auto made = Tun::open(pattern, mtu);
    if (!made) throw std::runtime_error(made.error().to_string());
    return *std::move(made);
  }
  /// Reads until a packet of `protocol` comes; the kernel may have things to say of its own.
  auto await(Tun& tun, std::byte protocol, std::size_t protocol_at) -> core::View {
    while (wait_until_readable(tun.descriptor())) {
      if (tun.read(packets.last(1)) == 1 && packets.back().bytes()[protocol_at] == protocol) {
        return packets.back().bytes();
      }
    }
    throw std::runtime_error("nothing came");
  }

  NetworkNamespace network;
  net::Arena arena{2048, 4};
  std::span<net::Packet> packets = arena.packets();
};

TEST_F(TunTest, is_named_by_the_kernel_up_and_without_an_address) {
  const auto tun = open("plat%d", 1380);
  EXPECT_EQ(tun->name(), "plat0");
  const auto link = network.run("ip -d link show dev plat0; ip addr show dev plat0");
  EXPECT_NE(link.find("mtu 1380"), std::string::npos) << link;
  EXPECT_NE(link.find("UP"), std::string::npos) << link;
  EXPECT_NE(link.find("addrgenmode none"), std::string::npos) << link;
  EXPECT_EQ(link.find("inet"), std::string::npos) << link;
  EXPECT_EQ(link.substr(0, link.find(':')), std::to_string(tun->index()));
}

TEST_F(TunTest, brings_a_ping_in_and_its_reply_out) {
  const auto tun = open("plat%d", 1380);
  network.run("ip addr add 10.9.0.1/24 dev plat0");
  core::Bytes echo(16);
  echo[0] = std::byte{8};
  core::store_be<std::uint16_t>(net::Checksum{}.add(echo).finish(), echo, 2);
  fill(packets[0],
       net::Ipv4Fields{address("10.9.0.2"), address("10.9.0.1"), iana::IpProtocol::icmp}, echo);
  tun->write(packets.first(1));
  EXPECT_TRUE(packets[0].passes());
  const auto reply = net::Ipv4::parse(await(*tun, std::byte{1}, 9));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->dst(), address("10.9.0.2"));
  EXPECT_EQ(reply->payload()[0], std::byte{0});
}

TEST_F(TunTest, brings_an_ipv6_ping_in_and_its_reply_out) {
  const auto tun = open("plat%d", 1380);
  network.add_ipv6("fd09::1/64", "plat0");
  const auto src = address("fd09::2"), dst = address("fd09::1");
  core::Bytes echo(16);
  echo[0] = std::byte{128};
  core::store_be<std::uint16_t>(
      net::Checksum{}.add_pseudo_header(src, dst, iana::IpProtocol::icmpv6, 16).add(echo).finish(),
      echo, 2);
  fill(packets[0], net::Ipv6Fields{src, dst, iana::IpProtocol::icmpv6}, echo);
  tun->write(packets.first(1));
  EXPECT_TRUE(packets[0].passes());
  const auto reply = net::Ipv6::parse(await(*tun, std::byte{58}, 6));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->dst(), src);
  EXPECT_EQ(reply->payload()[0], std::byte{129});
}

TEST_F(TunTest, ends_with_its_object) {
  {
    const auto tun = open("plat%d", 1380);
  }
  EXPECT_NE(network.attempt("ip link show plat0").status, 0);
}

TEST_F(TunTest, reads_nothing_when_nothing_waits) {
  const auto tun = open("plat%d", 1380);
  EXPECT_EQ(tun->read(packets), 0u);
}

TEST_F(TunTest, marks_a_packet_that_fills_its_slot) {
  const auto tun = open("plat%d", 1380);
  network.run("ip addr add 10.9.0.1/24 dev plat0");
  network.attempt("ping -c 1 -W 0.01 -s 1000 10.9.0.2");
  net::Arena small{net::headroom + 100, 1};
  ASSERT_TRUE(wait_until_readable(tun->descriptor()));
  ASSERT_EQ(tun->read(small.packets()), 1u);
  EXPECT_EQ(small.packets()[0].verdict, net::Verdict::no_room);
}

TEST_F(TunTest, reports_what_the_kernel_refuses) {
  const auto tun = open("plat%d", 1380);
  network.run("ip link set plat0 down");
  fill(packets[0],
       net::Ipv4Fields{address("10.9.0.2"), address("10.9.0.1"), iana::IpProtocol::icmp},
       core::as_view("x"));
  tun->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::send_failed);
}

TEST_F(TunTest, says_which_setting_failed) {
  const auto tun = Tun::open("plat%d", 20);
  ASSERT_FALSE(tun);
  EXPECT_NE(tun.error().to_string().find("plat0: set the MTU to 20"), std::string::npos)
      << tun.error().to_string();
}

TEST_F(TunTest, works_where_ipv6_is_turned_off) {
  network.run("sysctl -w net.ipv6.conf.all.disable_ipv6=1");
  EXPECT_EQ(open("plat%d", 1380)->name(), "plat0");
}

}  // namespace
}  // namespace esplanade::platform
