#include "platform/udp_port.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <vector>

#include "net/datagram.h"
#include "net/udp.h"
#include "platform/network_namespace.h"
#include "platform/port_test_support.h"

namespace esplanade::platform {
namespace {

const auto esp = core::as_view(
    "\x01\x02\x03\x04"
    "\x05\x06\x07\x08"
    "sixteen octets..");

/// A UDP datagram from `src` to `dst` around `payload`; checksum 0.
auto udp(std::uint16_t src, std::uint16_t dst, core::View payload) -> core::Bytes {
  core::Bytes octets(net::udp_header_size + payload.size());
  net::write_udp(std::span<std::byte, net::udp_header_size>{core::MutableView{octets}.first(
                     net::udp_header_size)},
                 src, dst, static_cast<std::uint16_t>(payload.size()));
  core::copy(payload, core::MutableView{octets}.subspan(net::udp_header_size));
  return octets;
}

struct UdpEncapPortTest : testing::Test {
  auto open(std::uint16_t number) -> std::unique_ptr<UdpEncapPort> {
    auto port = UdpEncapPort::open(number, 0x4303);
    if (!port) throw std::runtime_error(port.error().to_string());
    return *std::move(port);
  }
  auto ipv4(std::uint8_t tos = 0) -> net::Ipv4Fields {
    return {.src = address("127.0.0.2"),
            .dst = address("127.0.0.3"),
            .protocol = iana::IpProtocol::udp,
            .tos = tos,
            .ttl = 33};
  }
  auto ipv6() -> net::Ipv6Fields {
    return {.src = address("fd00::2"),
            .dst = address("fd00::3"),
            .next_header = iana::IpProtocol::udp,
            .traffic_class = 0xb9,
            .hop_limit = 33};
  }
  void add_ipv6_addresses() {
    network.add_ipv6("fd00::2/64", "lo");
    network.add_ipv6("fd00::3/64", "lo");
  }

  NetworkNamespace network;
  net::Arena arena{2048, 2 * net::batch_max};
  std::span<net::Packet> packets = arena.packets();
  std::unique_ptr<UdpEncapPort> ours = open(4500);
  std::unique_ptr<UdpEncapPort> theirs = open(4501);
};

TEST_F(UdpEncapPortTest, carries_ipv4_with_every_field_the_headers_share) {
  fill(packets[0], ipv4(0xb9), udp(4500, 4501, esp));
  ours->write(packets.first(1));
  ASSERT_TRUE(wait_until_readable(theirs->descriptors()[0]));
  ASSERT_EQ(theirs->read(packets.subspan(1)), 1u);
  EXPECT_TRUE(packets[0].passes());
  EXPECT_TRUE(packets[1].passes());
  EXPECT_TRUE(std::ranges::equal(packets[1].bytes(), packets[0].bytes()));
}

TEST_F(UdpEncapPortTest, carries_ipv6_with_every_field_the_headers_share) {
  add_ipv6_addresses();
  fill(packets[0], ipv6(), udp(4500, 4501, esp));
  ours->write(packets.first(1));
  ASSERT_TRUE(wait_until_readable(theirs->descriptors()[1]));
  ASSERT_EQ(theirs->read(packets.subspan(1)), 1u);
  EXPECT_TRUE(packets[0].passes());
  EXPECT_TRUE(packets[1].passes());
  EXPECT_TRUE(std::ranges::equal(packets[1].bytes(), packets[0].bytes()));
}

TEST_F(UdpEncapPortTest, carries_a_batch_of_both_families_and_both_df) {
  add_ipv6_addresses();
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    auto fields = ipv4();
    fields.dont_fragment = i % 3 == 1;
    if (i % 3 == 2)
      fill(packets[i], ipv6(), udp(4500, 4501, esp));
    else
      fill(packets[i], fields, udp(4500, 4501, esp));
  }
  ours->write(packets.first(net::batch_max));
  ASSERT_EQ(theirs->read(packets.subspan(net::batch_max)), net::batch_max);
  EXPECT_TRUE(std::ranges::all_of(packets, [](const auto& p) { return p.passes(); }));
}

TEST_F(UdpEncapPortTest, reads_both_families_in_turns) {
  add_ipv6_addresses();
  for (std::size_t i = 0; i < 4; ++i) {
    if (i % 2 == 0)
      fill(packets[i], ipv4(), udp(4500, 4501, esp));
    else
      fill(packets[i], ipv6(), udp(4500, 4501, esp));
  }
  ours->write(packets.first(4));
  auto& read = packets[4];
  ASSERT_EQ(theirs->read({&read, 1}), 1u);
  const auto first = read.bytes()[0] >> 4;
  ASSERT_EQ(theirs->read({&read, 1}), 1u);
  EXPECT_NE(read.bytes()[0] >> 4, first);
}

TEST_F(UdpEncapPortTest, lets_the_system_fragment_unless_df_is_set) {
  network.run("ip link set lo mtu 1280");
  const core::Bytes large(1400);
  auto fields = ipv4();
  fill(packets[0], fields, udp(4500, 4501, large));
  fields.dont_fragment = true;
  fill(packets[1], fields, udp(4500, 4501, large));
  ours->write(packets.first(2));
  EXPECT_EQ(packets[0].verdict, net::Verdict::pass);
  EXPECT_EQ(packets[1].verdict, net::Verdict::too_big);
  ASSERT_TRUE(wait_until_readable(theirs->descriptors()[0]));
  ASSERT_EQ(theirs->read(packets.subspan(2)), 1u);
  EXPECT_EQ(packets[2].size, packets[0].size);
}

/// Datagrams of `sizes`, each with octets of its own.
auto payloads_of(const std::vector<std::size_t>& sizes) -> std::vector<core::Bytes> {
  std::vector<core::Bytes> all;
  for (const auto size : sizes) all.emplace_back(size, static_cast<std::byte>(all.size() + 1));
  return all;
}

struct Carried : UdpEncapPortTest {
  /// Sends them in one batch and reads `at_once` at a time; what has come, in order.
  auto carry(const std::vector<core::Bytes>& payloads, std::size_t at_once)
      -> std::vector<core::Bytes> {
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      fill(packets[i], ipv4(), udp(4500, 4501, payloads[i]));
    }
    ours->write(packets.first(payloads.size()));
    std::vector<core::Bytes> come;
    const auto room = packets.subspan(payloads.size());
    while (wait_until_readable(theirs->descriptors()[0]) && come.size() < payloads.size()) {
      for (auto got = at_once; got != 0;) {
        got = theirs->read(room.first(at_once));
        for (const auto& packet : room.first(got)) {
          const auto payload = core::View{packet.bytes()}.subspan(28);
          come.emplace_back(payload.begin(), payload.end());
        }
      }
      if (come.size() == payloads.size()) break;
    }
    return come;
  }
};

TEST_F(Carried, are_datagrams_of_one_size_in_order) {
  const auto sent = payloads_of(std::vector<std::size_t>(net::batch_max, 1000));
  EXPECT_EQ(carry(sent, net::batch_max), sent);
}

TEST_F(Carried, are_datagrams_of_any_sizes_in_order) {
  const auto sent = payloads_of({100, 100, 60, 100, 1400, 1400, 1400, 20, 20, 8, 9, 1, 1});
  EXPECT_EQ(carry(sent, net::batch_max), sent);
}

TEST_F(Carried, are_those_that_found_no_packet_at_once) {
  const auto sent = payloads_of(std::vector<std::size_t>(20, 700));
  EXPECT_EQ(carry(sent, 3), sent);
}

TEST_F(Carried, are_those_that_the_system_does_not_take_as_one) {
  network.run("ip link set lo mtu 1280");
  const auto sent = payloads_of({1400, 1400, 1400});
  EXPECT_EQ(carry(sent, net::batch_max), sent) << "fragmented one by one";
  EXPECT_TRUE(packets[0].passes() && packets[1].passes() && packets[2].passes());
}

TEST_F(UdpEncapPortTest, gives_each_its_verdict_where_some_are_too_big_for_df) {
  network.run("ip link set lo mtu 1280");
  auto fields = ipv4();
  fields.dont_fragment = true;
  for (std::size_t i = 0; i < 3; ++i) {
    fill(packets[i], fields, udp(4500, 4501, core::Bytes(i == 2 ? 500 : 1400)));
  }
  ours->write(packets.first(3));
  EXPECT_EQ(packets[0].verdict, net::Verdict::too_big);
  EXPECT_EQ(packets[1].verdict, net::Verdict::too_big);
  EXPECT_EQ(packets[2].verdict, net::Verdict::pass);
}

TEST_F(UdpEncapPortTest, has_the_system_send_checksums) {
  const auto seen = UniqueFd{::socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_UDP)};
  fill(packets[0], ipv4(), udp(4500, 4501, esp));
  ours->write(packets.first(1));
  ASSERT_TRUE(wait_until_readable(seen.number()));
  core::Bytes octets(200);
  ASSERT_GT(::recv(seen.number(), octets.data(), octets.size(), 0), 28);
  EXPECT_NE(core::load_be<std::uint16_t>(octets, 26), 0U);
}

TEST_F(UdpEncapPortTest, refuses_a_source_port_that_is_not_its_own) {
  fill(packets[0], ipv4(), udp(4501, 4501, esp));
  ours->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::send_failed);
}

TEST_F(UdpEncapPortTest, refuses_what_has_no_udp_header) {
  fill(packets[0], ipv4(), core::as_view("short"));
  ours->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::malformed);
}

TEST_F(UdpEncapPortTest, says_which_port_is_taken) {
  const auto again = UdpEncapPort::open(4500, 0);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().to_string(), "cannot use UDP port 4500: Address already in use");
}

TEST_F(UdpEncapPortTest, works_for_ipv4_where_ipv6_is_turned_off) {
  network.run("sysctl -w net.ipv6.conf.all.disable_ipv6=1");
  const auto port = open(4600);
  fill(packets[0], ipv4(), udp(4600, 4501, esp));
  port->write(packets.first(1));
  EXPECT_EQ(packets[0].verdict, net::Verdict::pass);
}

TEST_F(UdpEncapPortTest, sends_what_is_no_packet_from_the_address_given) {
  const net::Path path{{address("127.0.0.2"), 4500}, {address("127.0.0.3"), 4501}};

  EXPECT_EQ(ours->send(path, core::as_view("\xff")), net::Verdict::pass);

  ASSERT_TRUE(wait_until_readable(theirs->descriptors()[0]));
  ASSERT_EQ(theirs->read(packets), 1u);
  const auto datagram = net::Datagram::parse(packets[0].bytes()).value();
  EXPECT_EQ(datagram.src, address("127.0.0.2"));
  EXPECT_EQ(packets[0].bytes().back(), std::byte{0xff});
}

}  // namespace
}  // namespace esplanade::platform
