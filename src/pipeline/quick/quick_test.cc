// What is seen at a glance against what parsing sees, over random packets; and what the outbound
// road remembers of flows.
#include "pipeline/change.h"
#include "pipeline/quick/admission.h"
#include "pipeline/quick/front.h"
#include "policy/match.h"
#include "tests/support/draw.h"
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)
using policy::PolicyId;

/// Of few hosts and ports, so that flows meet again; now and then with an octet changed, or cut.
auto any_packet(Draw& draw) -> Bytes {
  using enum IpProtocol;
  const auto src_port = draw.one_of<std::uint16_t>({1000, 4500});
  const auto dst_port = draw.one_of<std::uint16_t>({53, 4500, 10000});
  const auto protocol = draw.one_of({IpProtocol::udp, tcp, IpProtocol::esp, icmp});
  auto payload = test::udp(src_port, dst_port, SeededRandom(1).bytes(draw.one_of({0U, 4U, 40U})));
  if (protocol == tcp) {
    payload =
        TcpSegment{.src = src_port, .dst = dst_port, .flags = draw.one_of<std::uint8_t>({2, 16})}
            .bytes();
  }
  const auto tos = draw.one_of<std::uint8_t>({0, 0, 0xb8});
  Bytes packet;
  if (draw.is_one_in(2)) {
    packet = Ipv4Packet{.dst = address(draw.one_of({"10.2.0.1", "10.2.0.2"})),
                        .protocol = protocol,
                        .tos = tos,
                        .flags_and_offset = draw.one_of<std::uint16_t>({0, 0x4000, 0x2000, 2}),
                        .payload = payload}
                 .bytes();
  } else {
    packet = Ipv6Packet{.dst = address(draw.one_of({"2001:db8:2::1", "2001:db8:2::2"})),
                        .protocol = protocol,
                        .traffic_class = tos,
                        .payload = payload}
                 .bytes();
  }
  if (draw.one_of({true, false, false, false})) {
    packet[draw.number(0, 28)] = std::byte{draw.octet()};
  }
  if (draw.one_of({true, false, false, false, false})) {
    packet.resize(draw.number(1, packet.size()));
  }
  return packet;
}

auto shows_the_same(const net::Datagram& one, const net::Datagram& other) -> bool {
  return one.src == other.src && one.dst == other.dst && one.protocol == other.protocol &&
         one.tos == other.tos && one.ports == other.ports;
}

TEST(Glance, sees_what_parsing_sees) {
  std::size_t seen = 0;
  for_each_seed(1000, [&](Draw& draw) {
    const auto packet = any_packet(draw);
    Glance glance;
    if (!glance_at(packet, glance)) return;
    ++seen;
    const auto datagram = net::Datagram::parse(packet);
    ASSERT_TRUE(datagram.has_value());
    ASSERT_TRUE(datagram->total_length == glance.total);
    ASSERT_TRUE(datagram->upper_offset == glance.upper_offset);
    ASSERT_TRUE((datagram->protocol == IpProtocol::tcp) == glance.is_tcp);
    ASSERT_TRUE(datagram->tos == glance.tos());
    ASSERT_TRUE(datagram->ports.has_value() && !datagram->is_fragment);
  });
  EXPECT_GT(seen, 100U);
}

TEST(Glance, gives_one_key_to_all_that_policy_cannot_tell_apart) {
  for_each_seed(1000, [](Draw& draw) {
    const auto one = any_packet(draw);
    const auto other = any_packet(draw);
    Glance of_one;
    Glance of_other;
    if (!glance_at(one, of_one) || !glance_at(other, of_other)) return;
    const bool is_same =
        shows_the_same(net::Datagram::parse(one).value(), net::Datagram::parse(other).value());
    ASSERT_TRUE((of_one.key == of_other.key) == is_same);
    EXPECT_TRUE(!is_same || hash_of(of_one.key) == hash_of(of_other.key));
  });
}

TEST(Front, finds_what_demux_finds) {
  constexpr std::uint16_t ports[] = {4500, 10000};
  std::size_t seen = 0;
  for_each_seed(1000, [&](Draw& draw) {
    const auto packet = any_packet(draw);
    ipsec::Place place;
    const auto spi = esp_at_a_glance(packet, ports, place);
    if (spi == core::Spi{}) return;
    ++seen;
    const auto found = find_protected(packet, ports);
    ASSERT_TRUE(found.has_value());
    ASSERT_TRUE(found->protocol == sa::Protocol::esp && found->spi == spi);
    ASSERT_TRUE(found->place.ip_size == place.ip_size && found->place.offset == place.offset);
    ASSERT_TRUE(found->place.size == place.size);
    ASSERT_TRUE(found->place.next_header_at == place.next_header_at);
  });
  EXPECT_GT(seen, 100U);
}

TEST(Admission, admits_what_the_selectors_hold) {
  auto sa = make_inbound({.inner_ours = {"10.1.0.0/16", "2001:db8:1::/48"},
                          .inner_theirs = {"10.2.0.1/32", "2001:db8:2::1"},
                          .their_ports = {53, 4500}});
  std::size_t admitted = 0;
  for_each_seed(1000, [&](Draw& draw) {
    // Seen from the other end of the SA, what goes out of any_packet(draw) comes in.
    auto packet = any_packet(draw);
    const auto datagram = net::Datagram::parse(packet);
    const bool is_in = is_admitted_at_a_glance(*sa, packet);
    if (is_in) ++admitted;
    ASSERT_TRUE(datagram || !is_in);
    if (!datagram) return;
    const auto& selectors = sa->parameters.selectors;
    const bool holds = policy::matches(selectors, *datagram, sa::Direction::inbound);
    ASSERT_TRUE(!is_in || holds);
  });
  EXPECT_GT(admitted, 30U);
}

/// A gateway with two SAs of IKE's for one policy.
struct Remembered : testing::Test {
  Remembered() {
    tables.spd.append(policy::KeyedEntry{
        site, {traffic({"10.1.0.0/16"}), traffic({"10.2.0.0/16"})}, false, {}, {}});
  }
  void activate(std::uint32_t spi) {
    Change install = InstallOutbound{ChildKey{spi}, site, make_outbound({.spi = spi})};
    (void)carry_out(install, tables);
    Change activate = Activate{ChildKey{spi}};
    (void)carry_out(activate, tables);
  }
  void remove(std::uint32_t spi) {
    Change change = Remove{.child = ChildKey{spi}};
    (void)carry_out(change, tables);
  }
  /// The SPI that carries a packet; 0: none.
  auto spi_of_next() -> unsigned {
    Batch batch({udp4_of_size(100)});
    road.run(tables, batch.packets(), {.now = {}, .random = random});
    return batch.packets()[0].passes() ? u32(batch.bytes(0), 20) : 0;
  }
  static constexpr auto site = PolicyId{7};
  NoNotices none;
  SeededRandom random{1};
  Tables tables;
  OutboundRoad road{none};
};

TEST_F(Remembered, sends_by_the_sa_that_was_activated_last) {
  activate(0x1000);
  EXPECT_EQ(spi_of_next(), 0x1000U);
  EXPECT_EQ(spi_of_next(), 0x1000U);
  activate(0x2000);
  EXPECT_EQ(spi_of_next(), 0x2000U);
}

TEST_F(Remembered, sends_by_no_sa_that_is_gone) {
  activate(0x1000);
  EXPECT_EQ(spi_of_next(), 0x1000U);
  remove(0x1000);
  EXPECT_EQ(spi_of_next(), 0U);
}

TEST_F(Remembered, asks_the_new_policy_after_a_reload) {
  activate(0x1000);
  EXPECT_EQ(spi_of_next(), 0x1000U);
  Tables next;
  next.spd.append(policy::ClearEntry{.selectors = {traffic({"0.0.0.0/0"}), traffic({"0.0.0.0/0"})},
                                     .processing = policy::Processing::discard,
                                     .name = {}});
  continue_from(next, tables);
  tables = std::move(next);
  EXPECT_EQ(spi_of_next(), 0U);
}

TEST_F(Remembered, knows_flows_apart_by_dscp) {
  tables = {};
  for (const std::uint32_t spi : {0x100U, 0x200U}) {
    auto sa = make_outbound({.spi = spi});
    policy::SpdEntry entry{.selectors = sa->parameters.selectors, .name = {}};
    entry.dscps = policy::DscpSet{}.set(spi == 0x100U ? 0 : 46);
    entry.sa = tables.sad.add(std::move(sa));
    tables.spd.append(std::move(entry));
  }
  const auto spi_of = [&](std::uint8_t tos) {
    Batch batch({Ipv4Packet{.tos = tos, .payload = udp(1, 2, pattern(9))}.bytes()});
    road.run(tables, batch.packets(), {.now = {}, .random = random});
    return u32(batch.bytes(0), 20);
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(spi_of(0), 0x100U);
    EXPECT_EQ(spi_of(46 << 2), 0x200U);
  }
}

}  // namespace
}  // namespace esplanade::pipeline
