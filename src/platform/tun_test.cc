#include "platform/tun.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include "net/checksum.h"
#include "net/offload/transport_checksum.h"
#include "net/udp.h"
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

  /// What goes in as a ping from 10.9.0.2 comes out as the system's reply to it.
  void expect_answer_to_ping(Tun& tun) {
    network.run("ip addr add 10.9.0.1/24 dev plat0");
    core::Bytes echo(16);
    echo[0] = std::byte{8};
    core::store_be<std::uint16_t>(net::Checksum{}.add(echo).finish(), echo, 2);
    fill(packets[0],
         net::Ipv4Fields{address("10.9.0.2"), address("10.9.0.1"), iana::IpProtocol::icmp}, echo);
    tun.write(packets.first(1));
    EXPECT_TRUE(packets[0].passes());
    const auto reply = net::Ipv4::parse(await(tun, std::byte{1}, 9));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->dst(), address("10.9.0.2"));
    EXPECT_EQ(reply->payload()[0], std::byte{0});
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
  expect_answer_to_ping(*tun);
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

/// A UDP socket of the system's at 10.9.0.1, port 2000.
struct TunOffloadTest : TunTest {
  TunOffloadTest() {
    network.run("ip addr add 10.9.0.1/24 dev plat0");
    socket = UniqueFd{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)};
    const auto own = at("10.9.0.1");
    EXPECT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
  }
  static auto at(const char* text) -> sockaddr_in {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(2000);
    EXPECT_EQ(::inet_pton(AF_INET, text, &address.sin_addr), 1);
    return address;
  }
  /// What has come in `packets`, at `at`: a UDP datagram with a right checksum; its size.
  auto whole_size(std::size_t at) -> std::size_t {
    const auto octets = packets[at].bytes();
    EXPECT_TRUE(net::is_transport_checksum_right(octets, 20, iana::IpProtocol::udp));
    return octets.size();
  }

  std::unique_ptr<Tun> tun = open("plat%d", 1380);
  UniqueFd socket;
};

TEST_F(TunOffloadTest, cuts_what_a_socket_has_left_to_the_device) {
  const int segment_size = 1000;
  ASSERT_EQ(::setsockopt(socket.number(), SOL_UDP, UDP_SEGMENT, &segment_size, sizeof segment_size),
            0);
  const auto peer = at("10.9.0.2");
  const core::Bytes data(2500, std::byte{7});
  ASSERT_EQ(::sendto(socket.number(), data.data(), data.size(), 0,
                     reinterpret_cast<const sockaddr*>(&peer), sizeof peer),
            2500);
  ASSERT_TRUE(wait_until_readable(tun->descriptor()));
  ASSERT_EQ(tun->read(packets.first(1)), 1U);
  EXPECT_EQ(whole_size(0), 1028U);
  ASSERT_EQ(tun->read(packets), 2U) << "what had found no packet";
  EXPECT_EQ(whole_size(0), 1028U);
  EXPECT_EQ(whole_size(1), 528U);
  EXPECT_EQ(tun->read(packets), 0U);
}

TEST_F(TunOffloadTest, completes_the_checksum_of_a_single_datagram) {
  const auto peer = at("10.9.0.2");
  ASSERT_EQ(::sendto(socket.number(), "hello", 5, 0, reinterpret_cast<const sockaddr*>(&peer),
                     sizeof peer),
            5);
  ASSERT_TRUE(wait_until_readable(tun->descriptor()));
  ASSERT_EQ(tun->read(packets), 1U);
  EXPECT_EQ(whole_size(0), 33U);
}

TEST_F(TunOffloadTest, hands_neighbours_of_a_flow_to_the_system_as_one) {
  const int on = 1;
  ASSERT_EQ(::setsockopt(socket.number(), SOL_UDP, UDP_GRO, &on, sizeof on), 0);
  for (std::size_t i = 0; i < 3; ++i) {
    core::Bytes udp(net::udp_header_size + (i == 2 ? 300 : 1000), static_cast<std::byte>(i));
    net::write_udp(core::MutableView(udp).first<net::udp_header_size>(), 2000, 2000,
                   static_cast<std::uint16_t>(udp.size() - net::udp_header_size));
    net::set_udp_checksum(udp, address("10.9.0.2"), address("10.9.0.1"));
    fill(packets[i],
         net::Ipv4Fields{.src = address("10.9.0.2"),
                         .dst = address("10.9.0.1"),
                         .protocol = iana::IpProtocol::udp,
                         .dont_fragment = true},
         udp);
  }
  tun->write(packets.first(3));
  EXPECT_TRUE(packets[0].passes() && packets[1].passes() && packets[2].passes());
  core::Bytes joined(65536);
  ASSERT_TRUE(wait_until_readable(socket.number()));
  EXPECT_EQ(::recv(socket.number(), joined.data(), joined.size(), 0),
            tun->offloads() == Offloads::tcp_and_udp ? 2300 : 1000);
}

TEST_F(TunTest, works_without_offloads) {
  const auto tun = Tun::open("plat%d", 1380, Offloads::none).value();
  EXPECT_EQ(tun->offloads(), Offloads::none);
  expect_answer_to_ping(*tun);
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
