#include "platform/link/packet_port.h"

#include <gtest/gtest.h>

#include "net/checksum.h"
#include "net/udp.h"
#include "platform/network_namespace.h"
#include "platform/port_test_support.h"

namespace esplanade::platform {
namespace {

constexpr std::uint32_t mark = 0x4303;

/// A veth pair in a network of its own: `ours` is opened as a port, on `theirs` the test speaks.
struct PacketPortTest : testing::Test {
  PacketPortTest() {
    network.add_veth("ours", "theirs");
    our_port = open("ours");
    their_port = open("theirs");
  }
  static auto open(const std::string& device, Seen seen = Seen::all)
      -> std::unique_ptr<PacketPort> {
    auto port = PacketPort::open(device, seen, mark);
    if (!port) throw std::runtime_error(port.error().to_string());
    return *std::move(port);
  }
  /// A frame around an IPv4 datagram of UDP.
  void make(net::Packet& packet, net::EtherType type = net::EtherType::ipv4,
            std::size_t size = 100) const {
    fill(packet, net::Ipv4Fields{address("10.1.0.2"), address("10.2.0.2"), iana::IpProtocol::udp},
         core::Bytes(size));
    write_header(packet, {somebody, their_port->mac(), type});
  }
  /// Sends the first `count` and reads as many into those behind; how many came.
  auto pass_through(std::size_t count = 1) -> std::size_t {
    their_port->write(packets.first(count));
    if (!wait_until_readable(our_port->descriptor())) return 0;
    return our_port->read(packets.subspan(count));
  }

  NetworkNamespace network;
  std::unique_ptr<PacketPort> our_port, their_port;
  net::MacAddress somebody{{std::byte{2}, {}, {}, {}, {}, std::byte{9}}};
  net::Arena arena{2048, 2 * net::batch_max};
  std::span<net::Packet> packets = arena.packets();
};

TEST_F(PacketPortTest, carries_a_frame_for_somebody_else_with_its_header) {
  make(packets[0]);
  ASSERT_EQ(pass_through(), 1u);
  EXPECT_TRUE(packets[1].passes());
  EXPECT_TRUE(std::ranges::equal(packets[1].bytes(), packets[0].bytes()));
  const auto& arrival = our_port->arrival(0);
  EXPECT_EQ(arrival.header,
            (net::EthernetHeader{somebody, their_port->mac(), net::EtherType::ipv4}));
  EXPECT_FALSE(arrival.is_to_us);
  EXPECT_FALSE(arrival.is_tagged);
}

TEST_F(PacketPortTest, says_what_the_system_has_too) {
  make(packets[0]);
  write_header(packets[0], {our_port->mac(), their_port->mac(), net::EtherType::ipv4});
  ASSERT_EQ(pass_through(), 1u);
  EXPECT_TRUE(our_port->arrival(0).is_to_us);
}

TEST_F(PacketPortTest, leaves_to_the_system_what_is_for_it_if_told_to) {
  our_port = open("ours", Seen::for_others);
  for (std::size_t i = 0; i < 2; ++i) {
    make(packets[i]);
    const auto& to = i == 0 ? our_port->mac() : somebody;
    write_header(packets[i], {to, their_port->mac(), net::EtherType::ipv4});
  }
  EXPECT_EQ(pass_through(2), 1u);
  EXPECT_EQ(our_port->arrival(0).header.dst, somebody);
}

TEST_F(PacketPortTest, sends_on_what_it_has_read_as_it_was) {
  make(packets[0]);
  ASSERT_EQ(pass_through(), 1u);
  our_port->write(packets.subspan(1, 1));
  ASSERT_TRUE(wait_until_readable(their_port->descriptor()));
  ASSERT_EQ(their_port->read(packets.subspan(2)), 1u);
  EXPECT_TRUE(std::ranges::equal(packets[2].bytes(), packets[0].bytes()));
  EXPECT_EQ(their_port->arrival(0).header.dst, somebody);
}

TEST_F(PacketPortTest, carries_a_full_batch_in_order) {
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    make(packets[i]);
    packets[i].bytes()[99] = static_cast<std::byte>(i);
  }
  ASSERT_EQ(pass_through(net::batch_max), net::batch_max);
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    EXPECT_EQ(std::to_integer<std::size_t>(packets[net::batch_max + i].bytes()[99]), i);
  }
}

TEST_F(PacketPortTest, leaves_out_what_the_system_sends) {
  make(packets[0]);
  our_port->write(packets.first(1));
  EXPECT_TRUE(packets[0].passes());
  EXPECT_EQ(our_port->read(packets.subspan(1)), 0u);
}

// The system takes the tag off before we have the frame, which looks as any other then.
TEST_F(PacketPortTest, knows_frames_of_vlans_whose_tag_is_gone) {
  make(packets[0]);
  const auto tag = packets[0].push_front(4);
  core::store_be(std::uint16_t{5}, tag, 0);
  core::store_be(std::to_underlying(net::EtherType::ipv4), tag, 2);
  write_header(packets[0], {somebody, their_port->mac(), net::EtherType::vlan});
  ASSERT_EQ(pass_through(), 1u);
  EXPECT_TRUE(net::Ipv4::parse(packets[1].bytes()));
  EXPECT_EQ(our_port->arrival(0).header.type, net::EtherType::ipv4);
  EXPECT_TRUE(our_port->arrival(0).is_tagged);
}

TEST_F(PacketPortTest, completes_checksums_that_were_left_to_hardware) {
  // The system's own UDP; veth says that it computes checksums, and does not.
  network.run("ip addr add 10.1.0.2/24 dev theirs");
  network.run("ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev theirs");
  network.run("bash -c 'echo twelve-bytes > /dev/udp/10.1.0.9/7'");
  ASSERT_TRUE(wait_until_readable(our_port->descriptor()));
  ASSERT_EQ(our_port->read(packets), 1u);
  ASSERT_TRUE(packets[0].passes());
  const auto ip = net::Ipv4::parse(packets[0].bytes());
  ASSERT_TRUE(ip);
  const auto udp = ip->payload();
  const auto length = static_cast<std::uint32_t>(udp.size());
  EXPECT_NE(net::Udp::parse(udp)->checksum(), 0);
  EXPECT_EQ(net::Checksum()
                .add_pseudo_header(ip->src(), ip->dst(), ip->protocol(), length)
                .add(udp)
                .finish(),
            0);
}

TEST_F(PacketPortTest, refuses_what_an_offload_has_joined) {
  network.run("ip addr add 10.1.0.2/24 dev theirs");
  network.run("ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev theirs");
  network.run(
      "python3 -c \"import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
      "s.setsockopt(17, 103, 500); s.sendto(bytes(1200), ('10.1.0.9', 7))\"");  // UDP_SEGMENT
  ASSERT_TRUE(wait_until_readable(our_port->descriptor()));
  ASSERT_EQ(our_port->read(packets), 1u);
  EXPECT_EQ(packets[0].verdict, net::Verdict::super_frame);
}

TEST_F(PacketPortTest, says_when_a_slot_was_too_small) {
  net::Arena small{net::headroom + 60, 1};
  make(packets[0]);
  their_port->write(packets.first(1));
  ASSERT_TRUE(wait_until_readable(our_port->descriptor()));
  ASSERT_EQ(our_port->read(small.packets()), 1u);
  EXPECT_EQ(small.packets()[0].verdict, net::Verdict::no_room);
}

TEST_F(PacketPortTest, reports_what_the_link_is_too_small_for_and_sends_the_rest) {
  for (std::size_t i = 0; i < 3; ++i) {
    make(packets[i], net::EtherType::ipv4, i == 1 ? 1700 : 100);
  }
  ASSERT_EQ(pass_through(3), 2u);
  EXPECT_TRUE(packets[0].passes());
  EXPECT_EQ(packets[1].verdict, net::Verdict::too_big);
  EXPECT_TRUE(packets[2].passes());
}

TEST_F(PacketPortTest, passes_over_packets_that_were_dropped_before) {
  make(packets[0]);
  packets[0].drop(net::Verdict::no_policy);
  their_port->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::no_policy);
  EXPECT_EQ(our_port->read(packets.subspan(1)), 0u);
}

TEST_F(PacketPortTest, refuses_what_is_no_ethernet_device) {
  EXPECT_EQ(PacketPort::open("nothing", Seen::all, mark).error().number, ENODEV);
  const auto loopback = PacketPort::open("lo", Seen::all, mark);
  ASSERT_FALSE(loopback);
  EXPECT_NE(loopback.error().to_string().find("no Ethernet device"), std::string::npos);
}

}  // namespace
}  // namespace esplanade::platform
