#include "platform/raw_port.h"

#include <gtest/gtest.h>

#include "platform/network_namespace.h"
#include "platform/port_test_support.h"

namespace esplanade::platform {
namespace {

constexpr std::uint32_t mark = 0x4303;

// An SPI, a sequence number, some ciphertext.
const auto esp = core::as_view(
    "\x01\x02\x03\x04"
    "\x05\x06\x07\x08"
    "sixteen octets..");

struct RawPortTest : testing::Test {
  auto open(net::Family family, iana::IpProtocol protocol = iana::IpProtocol::esp)
      -> std::unique_ptr<RawPort> {
    auto port = RawPort::open(protocol, family, mark);
    if (!port) throw std::runtime_error(port.error().to_string());
    return *std::move(port);
  }
  /// Writes what stands in the first packets and reads as many into those behind.
  void pass_through(RawPort& port, std::size_t count = 1) {
    port.write(packets.first(count));
    ASSERT_TRUE(wait_until_readable(port.descriptor()));
    ASSERT_EQ(port.read(packets.subspan(count)), count);
  }

  NetworkNamespace network;
  net::Arena arena{2048, 2 * net::batch_max};
  std::span<net::Packet> packets = arena.packets();
};

TEST_F(RawPortTest, carries_ipv4_with_every_header_field) {
  const auto port = open(net::Family::ipv4);
  fill(packets[0],
       net::Ipv4Fields{.src = address("127.0.0.2"),
                       .dst = address("127.0.0.3"),
                       .protocol = iana::IpProtocol::esp,
                       .id = 0x1234,
                       .dont_fragment = true,
                       .tos = 0xb9,
                       .ttl = 33},
       esp);
  pass_through(*port);
  EXPECT_TRUE(packets[0].passes());
  EXPECT_TRUE(packets[1].passes());
  EXPECT_TRUE(std::ranges::equal(packets[1].bytes(), packets[0].bytes()));
}

TEST_F(RawPortTest, carries_ipv6_with_addresses_class_and_hop_limit) {
  network.add_ipv6("fd00::2/64", "lo");
  const auto port = open(net::Family::ipv6);
  fill(packets[0],
       net::Ipv6Fields{.src = address("fd00::2"),
                       .dst = address("::1"),
                       .next_header = iana::IpProtocol::esp,
                       .traffic_class = 0xb9,
                       .hop_limit = 33},
       esp);
  pass_through(*port);
  EXPECT_TRUE(packets[0].passes());
  EXPECT_TRUE(packets[1].passes());
  EXPECT_TRUE(std::ranges::equal(packets[1].bytes(), packets[0].bytes()));
}

// All that AH's ICV covers of an IPv4 header must arrive as it was sent, an identification of 0
// with DF too.
TEST_F(RawPortTest, carries_ah_over_ipv4_with_every_header_field) {
  const auto port = open(net::Family::ipv4, iana::IpProtocol::ah);
  for (const auto id : {std::uint16_t{0x1234}, std::uint16_t{0}}) {
    fill(packets[0],
         net::Ipv4Fields{.src = address("127.0.0.2"),
                         .dst = address("127.0.0.3"),
                         .protocol = iana::IpProtocol::ah,
                         .id = id,
                         .dont_fragment = true,
                         .tos = 0xb9,
                         .ttl = 33},
         esp);
    pass_through(*port);
    EXPECT_TRUE(std::ranges::equal(packets[1].bytes(), packets[0].bytes()));
  }
}

TEST_F(RawPortTest, carries_ah_over_ipv6_and_leaves_esp_to_others) {
  const auto port = open(net::Family::ipv6, iana::IpProtocol::ah);
  const auto esp_port = open(net::Family::ipv6);
  fill(packets[0], net::Ipv6Fields{address("::1"), address("::1"), iana::IpProtocol::ah}, esp);
  pass_through(*port);
  EXPECT_TRUE(std::ranges::equal(packets[1].bytes(), packets[0].bytes()));
  EXPECT_EQ(esp_port->read(packets.subspan(1, 1)), 0u);
}

TEST_F(RawPortTest, carries_a_full_batch_in_order) {
  const auto port = open(net::Family::ipv4);
  const net::Ipv4Fields fields{
      .src = address("127.0.0.1"), .dst = address("127.0.0.1"), .protocol = iana::IpProtocol::esp};
  core::Bytes payload(esp.begin(), esp.end());
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    payload[7] = static_cast<std::byte>(i);
    fill(packets[i], fields, payload);
  }
  pass_through(*port, net::batch_max);
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    const auto ip = net::Ipv4::parse(packets[net::batch_max + i].bytes());
    ASSERT_TRUE(ip);
    EXPECT_EQ(std::to_integer<std::size_t>(ip->payload()[7]), i);
  }
}

TEST_F(RawPortTest, marks_what_it_sends) {
  // Only marked packets have a route.
  network.run("ip route add local 192.0.2.0/24 dev lo table 7");
  network.run("ip rule add fwmark 0x4303 lookup 7 priority 7");
  const auto port = open(net::Family::ipv4);
  fill(packets[0],
       net::Ipv4Fields{.src = address("127.0.0.1"),
                       .dst = address("192.0.2.1"),
                       .protocol = iana::IpProtocol::esp},
       esp);
  port->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::pass);

  const auto unmarked = RawPort::open(iana::IpProtocol::esp, net::Family::ipv4, 0);
  (*unmarked)->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::send_failed);
}

TEST_F(RawPortTest, reports_what_the_link_is_too_small_for_and_sends_the_rest) {
  network.run("ip link set lo mtu 1280");
  for (const auto family : {net::Family::ipv4, net::Family::ipv6}) {
    const auto port = open(family);
    const core::Bytes large(1400);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto payload = i == 1 ? core::View{large} : esp;
      if (family == net::Family::ipv4) {
        fill(packets[i],
             net::Ipv4Fields{address("127.0.0.1"), address("127.0.0.1"), iana::IpProtocol::esp},
             payload);
      } else {
        fill(packets[i], net::Ipv6Fields{address("::1"), address("::1"), iana::IpProtocol::esp},
             payload);
      }
    }
    port->write(packets.first(3));
    EXPECT_EQ(packets[0].verdict, net::Verdict::pass);
    EXPECT_EQ(packets[1].verdict, net::Verdict::too_big);
    EXPECT_EQ(packets[2].verdict, net::Verdict::pass);
  }
}

TEST_F(RawPortTest, refuses_link_local_destinations) {
  const auto port = open(net::Family::ipv6);
  fill(packets[0], net::Ipv6Fields{address("fe80::1"), address("fe80::2"), iana::IpProtocol::esp},
       esp);
  port->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::send_failed);
}

TEST_F(RawPortTest, refuses_what_is_no_datagram_of_its_family) {
  const auto port = open(net::Family::ipv4);
  fill(packets[0], net::Ipv6Fields{address("::1"), address("::1"), iana::IpProtocol::esp}, esp);
  port->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::malformed);
}

TEST_F(RawPortTest, passes_over_packets_that_were_dropped_before) {
  const auto port = open(net::Family::ipv4);
  fill(packets[0],
       net::Ipv4Fields{address("127.0.0.1"), address("127.0.0.1"), iana::IpProtocol::esp}, esp);
  packets[0].drop(net::Verdict::no_policy);
  port->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::no_policy);
  EXPECT_EQ(port->read(packets.subspan(1)), 0u);
}

TEST_F(RawPortTest, says_when_a_slot_was_too_small) {
  net::Arena small{net::headroom + 40, 1};
  for (const auto family : {net::Family::ipv4, net::Family::ipv6}) {
    const auto port = open(family);
    const core::Bytes large(200);
    if (family == net::Family::ipv4) {
      fill(packets[0],
           net::Ipv4Fields{address("127.0.0.1"), address("127.0.0.1"), iana::IpProtocol::esp},
           large);
    } else {
      fill(packets[0], net::Ipv6Fields{address("::1"), address("::1"), iana::IpProtocol::esp},
           large);
    }
    port->write(packets.first(1));
    ASSERT_TRUE(wait_until_readable(port->descriptor()));
    ASSERT_EQ(port->read(small.packets()), 1u);
    EXPECT_EQ(small.packets()[0].verdict, net::Verdict::no_room);
  }
}

}  // namespace
}  // namespace esplanade::platform
