// Both devices are veth pairs; at their other ends the test speaks: `host` inside, `wire` outside.
#include "daemon/gateway/crossing.h"

#include "platform/network_namespace.h"
#include "platform/port_test_support.h"
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using net::EtherType;
using net::Verdict;
using platform::PacketPort;
using platform::Seen;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

const net::MacAddress host_mac{{std::byte{2}, {}, {}, {}, {}, std::byte{1}}};
const net::MacAddress wire_mac{{std::byte{2}, {}, {}, {}, {}, std::byte{2}}};
const auto host_arp =
    hex("0001080006040001"
        "0200000000010a010002"
        "0000000000000a0100fe");

/// Keeps what it is given.
struct SystemPort : net::Port {
  auto read(std::span<net::Packet> /*into*/) noexcept -> std::size_t override { return 0; }
  void write(std::span<net::Packet> packets) noexcept override {
    for (const auto& packet : packets) written += packet.passes() ? 1U : 0U;
  }
  unsigned written = 0;
};

struct CrossingTest : testing::Test {
  CrossingTest() {
    network.add_veth("inside", "host");
    network.add_veth("outside", "wire");
    host = open("host");
    wire = open("wire");
    cross({});
    // UDP to port 80 passes; all else between the two is to be protected.
    auto web = traffic({"10.1.0.0/16"}, {80, 80});
    web[0].protocol = IpProtocol::udp;
    tables.spd.append(policy::ClearEntry{
        {web, traffic({"10.2.0.0/16"})}, policy::Processing::bypass, policy::Sides::both, "web"});
    tables.spd.append(
        policy::SpdEntry{{traffic({"10.1.0.0/16"}), traffic({"10.2.0.0/16"})}, {}, {}, "site"});
  }
  static auto open(const std::string& device) -> std::unique_ptr<PacketPort> {
    auto port = PacketPort::open(device, Seen::all, 0);
    if (!port) throw std::runtime_error(port.error().to_string());
    return *std::move(port);
  }
  void cross(const config::Gateway& settings) {
    crossing.reset();
    crossing.emplace(Crossing::Ports{open("inside"), open("outside")}, settings, notices);
  }

  static void send(PacketPort& port, const Bytes& octets, const net::EthernetHeader& header) {
    net::Arena one{2048, 1};
    auto& packet = one.packets()[0];
    packet.reset();
    core::copy(octets, packet.push_back(octets.size()));
    platform::write_header(packet, header);
    port.write(one.packets());
    ASSERT_TRUE(packet.passes());
  }
  void send_inside(const Bytes& octets, EtherType type) {
    send(*host, octets, {wire_mac, host_mac, type});
  }
  void send_outside(const Bytes& octets, EtherType type) {
    send(*wire, octets, {host_mac, wire_mac, type});
  }
  /// The `count` frames of `type` that `port` gets; fewer if they do not come.
  auto received(PacketPort& port, EtherType type, std::size_t count = 1) -> std::vector<Bytes> {
    std::vector<Bytes> frames;
    while (frames.size() < count && platform::wait_until_readable(port.descriptor())) {
      const auto got = port.read(arena.packets());
      for (std::size_t i = 0; i < got; ++i) {
        const auto octets = arena.packets()[i].bytes();
        if (port.arrival(i).header.type == type) frames.emplace_back(octets.begin(), octets.end());
      }
    }
    return frames;
  }
  /// What has been sent to `port` before would have come before a frame of its own kind.
  auto received_nothing(PacketPort& port) -> bool {
    auto& through = &port == host.get() ? *wire : *host;
    const bool is_from_inside = &through == host.get();
    send(through, host_arp, {wire_mac, host_mac, EtherType::arp});
    is_from_inside ? (void)read_inside() : serve_outside();
    if (!platform::wait_until_readable(port.descriptor())) return false;
    const auto got = port.read(arena.packets());
    return got == 1 && port.arrival(0).header.type == EtherType::arp;
  }
  /// Reads until `count` frames have come; how many datagrams were among them.
  auto read_inside(std::size_t count = 1) -> std::size_t {
    std::size_t datagrams = 0;
    for (std::size_t had = 0; had < count;) {
      if (!platform::wait_until_readable(crossing->descriptors()[0])) break;
      const auto taken = crossing->read_inside(arena.packets(), now);
      had += taken.taken;
      datagrams += taken.datagrams.size();
    }
    return datagrams;
  }
  void serve_outside() {
    ASSERT_TRUE(platform::wait_until_readable(crossing->descriptors()[1]));
    EXPECT_TRUE(crossing->serve_outside(tables, arena.packets(), now));
  }
  /// As if it had been opened; its verdict then.
  auto deliver(const Bytes& octets) -> Verdict {
    Batch batch({octets});
    crossing->deliver(batch.packets(), Crossing::Origin::opened, system, now);
    return batch.packets()[0].verdict;
  }
  [[nodiscard]] auto frames(Verdict verdict) const {
    return crossing->frame_verdicts().value(verdict);
  }

  platform::NetworkNamespace network;
  Notices notices;
  pipeline::Tables tables;
  SystemPort system;
  core::Time now{};
  std::unique_ptr<PacketPort> host, wire;
  std::optional<Crossing> crossing;
  net::Arena arena{2048, net::batch_max};
};

auto to_host(std::uint16_t port) -> Ipv4Packet {
  return {.src = address("10.2.0.2"),
          .dst = address("10.1.0.2"),
          .payload = udp(1000, port, pattern(64))};
}

TEST_F(CrossingTest, gives_datagrams_from_the_inside_to_policy_and_not_to_the_wire) {
  const auto clear = Ipv4Packet{.src = address("10.1.0.2"), .payload = udp(1, 2, pattern(9))};
  send_inside(clear.bytes(), EtherType::ipv4);
  ASSERT_TRUE(platform::wait_until_readable(crossing->descriptors()[0]));

  const auto taken = crossing->read_inside(arena.packets(), now);

  ASSERT_EQ(taken.datagrams.size(), 1U);
  const auto octets = taken.datagrams[0].bytes();
  EXPECT_EQ(Bytes(octets.begin(), octets.end()), clear.bytes());
  EXPECT_TRUE(received_nothing(*wire));
}

TEST_F(CrossingTest, hands_arp_through_both_ways) {
  send_inside(host_arp, EtherType::arp);
  send_outside(host_arp, EtherType::arp);

  EXPECT_EQ(read_inside(), 0U);
  serve_outside();

  EXPECT_EQ(received(*wire, EtherType::arp), std::vector<Bytes>{host_arp});
  EXPECT_EQ(received(*host, EtherType::arp), std::vector<Bytes>{host_arp});
  EXPECT_EQ(frames(Verdict::pass), 2U);
}

TEST_F(CrossingTest, drops_kinds_of_frames_that_are_not_to_pass_and_counts_them) {
  cross({.arp = config::FrameUse::discard});
  send_inside(host_arp, EtherType::arp);
  send_inside(host_arp, EtherType{0x88b5});
  send_inside(to_host(80).bytes(), EtherType::vlan);

  EXPECT_EQ(read_inside(3), 0U);

  EXPECT_EQ(frames(Verdict::other_frame), 3U);
  cross({});
  EXPECT_TRUE(received_nothing(*wire));
}

TEST_F(CrossingTest, lets_in_from_outside_what_policy_lets_pass_in_clear_and_nothing_else) {
  send_outside(to_host(80).bytes(), EtherType::ipv4);
  serve_outside();
  send_outside(to_host(81).bytes(), EtherType::ipv4);
  serve_outside();

  EXPECT_EQ(received(*host, EtherType::ipv4), std::vector<Bytes>{to_host(80).bytes()});
  EXPECT_EQ(crossing->clear_verdicts().value(Verdict::pass), 1U);
  EXPECT_EQ(crossing->clear_verdicts().value(Verdict::unprotected), 1U);
}

TEST_F(CrossingTest, refuses_datagrams_under_the_name_of_the_other_family) {
  send_outside(to_host(80).bytes(), EtherType::ipv6);

  serve_outside();

  EXPECT_EQ(crossing->clear_verdicts().value(Verdict::malformed), 1U);
  EXPECT_TRUE(received_nothing(*host));
}

TEST_F(CrossingTest, delivers_to_whom_the_inside_has_shown_with_one_hop_less) {
  send_inside(host_arp, EtherType::arp);
  EXPECT_EQ(read_inside(), 0U);

  EXPECT_EQ(deliver(to_host(81).bytes()), Verdict::pass);

  ASSERT_TRUE(platform::wait_until_readable(host->descriptor()));
  ASSERT_EQ(host->read(arena.packets()), 1U);
  EXPECT_EQ(host->arrival(0).header.dst, host_mac);
  const auto ip = net::Ipv4::parse(arena.packets()[0].bytes());
  EXPECT_EQ(ip->ttl(), net::Ipv4::parse(to_host(81).bytes())->ttl() - 1);
}

TEST_F(CrossingTest, asks_for_whom_it_does_not_know_once_a_second) {
  EXPECT_EQ(deliver(to_host(81).bytes()), Verdict::no_neighbour);
  EXPECT_EQ(deliver(to_host(81).bytes()), Verdict::no_neighbour);
  EXPECT_EQ(received(*host, EtherType::arp).size(), 1U);
  EXPECT_TRUE(received_nothing(*host));

  now = now + std::chrono::seconds(1);
  EXPECT_EQ(deliver(to_host(81).bytes()), Verdict::no_neighbour);
  EXPECT_EQ(received(*host, EtherType::arp).size(), 1U);
}

TEST_F(CrossingTest, learns_nothing_from_the_outside) {
  send_outside(host_arp, EtherType::arp);
  serve_outside();

  EXPECT_EQ(deliver(to_host(81).bytes()), Verdict::no_neighbour);
}

TEST_F(CrossingTest, gives_the_system_what_is_for_its_own_addresses) {
  crossing->follow({address("10.1.0.2"), address("192.0.2.1")});

  EXPECT_EQ(deliver(to_host(81).bytes()), Verdict::pass);

  EXPECT_EQ(system.written, 1U);
  EXPECT_TRUE(received_nothing(*host));
}

}  // namespace
}  // namespace esplanade::daemon
