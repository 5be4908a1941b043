#include "policy/match.h"
#include "policy/mismatch.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

using enum sa::Direction;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto one(std::string_view range, std::optional<IpProtocol> protocol = {}, sa::PortRange ports = {})
    -> sa::TrafficSelector {
  return {net::Range::parse(range).value(), protocol, ports};
}

auto parsed(const Bytes& bytes) -> net::Datagram { return net::Datagram::parse(bytes).value(); }

/// From 10.1.0.1 port 1000 to 10.2.0.1 port 53.
auto query() -> net::Datagram {
  return parsed(Ipv4Packet{.payload = udp(1000, 53, pattern(8))}.bytes());
}

TEST(Match, compares_both_addresses_outbound) {
  EXPECT_TRUE(matches({{one("10.1.0.0/16")}, {one("10.2.0.0/16")}}, query(), outbound));
  EXPECT_FALSE(matches({{one("10.3.0.0/16")}, {one("10.2.0.0/16")}}, query(), outbound));
  EXPECT_FALSE(matches({{one("10.1.0.0/16")}, {one("10.3.0.0/16")}}, query(), outbound));
  EXPECT_FALSE(matches({{one("10.2.0.0/16")}, {one("10.1.0.0/16")}}, query(), outbound));
}

TEST(Match, takes_the_ends_the_other_way_round_inbound) {
  EXPECT_TRUE(matches({{one("10.2.0.0/16")}, {one("10.1.0.0/16")}}, query(), inbound));
  EXPECT_FALSE(matches({{one("10.1.0.0/16")}, {one("10.2.0.0/16")}}, query(), inbound));
}

TEST(Match, includes_both_ends_of_a_range) {
  const auto within = [](std::string_view range) {
    return matches({{one(range)}, {one("10.2.0.1")}}, query(), outbound);
  };
  EXPECT_TRUE(within("10.1.0.1-10.1.0.1"));
  EXPECT_TRUE(within("10.0.0.0-10.1.0.1"));
  EXPECT_TRUE(within("10.1.0.1-10.9.0.0"));
  EXPECT_FALSE(within("10.0.0.0-10.1.0.0"));
  EXPECT_FALSE(within("10.1.0.2-10.9.0.0"));
}

TEST(Match, never_mixes_families) {
  const auto packet6 = parsed(Ipv6Packet{.payload = udp(1000, 53, {})}.bytes());

  EXPECT_FALSE(matches({{one("::/0")}, {one("::/0")}}, query(), outbound));
  EXPECT_FALSE(matches({{one("0.0.0.0/0")}, {one("0.0.0.0/0")}}, packet6, outbound));
  EXPECT_TRUE(matches({{one("2001:db8:1::/48")}, {one("2001:db8:2::/48")}}, packet6, outbound));
}

TEST(Match, needs_one_selector_of_each_end) {
  EXPECT_TRUE(matches(
      {{one("10.9.0.0/16"), one("10.1.0.0/16")}, {one("::/0"), one("10.2.0.1"), one("10.2.0.1")}},
      query(), outbound));
  EXPECT_FALSE(matches({{}, {one("0.0.0.0/0")}}, query(), outbound));
  EXPECT_FALSE(matches({{one("0.0.0.0/0")}, {}}, query(), outbound));
}

TEST(Match, compares_the_protocol_at_either_end) {
  const auto any = one("0.0.0.0/0");
  const auto tcp = one("0.0.0.0/0", IpProtocol::tcp);
  const auto udp_only = one("0.0.0.0/0", IpProtocol::udp);

  EXPECT_TRUE(matches({{udp_only}, {any}}, query(), outbound));
  EXPECT_FALSE(matches({{tcp}, {any}}, query(), outbound));
  EXPECT_FALSE(matches({{any}, {tcp}}, query(), outbound));
}

TEST(Match, compares_ports_with_the_end_they_belong_to) {
  const auto any = one("0.0.0.0/0");
  const auto port = [](std::uint16_t first, std::uint16_t last) {
    return one("0.0.0.0/0", IpProtocol::udp, {first, last});
  };
  EXPECT_TRUE(matches({{any}, {port(53, 53)}}, query(), outbound));
  EXPECT_FALSE(matches({{port(53, 53)}, {any}}, query(), outbound));
  EXPECT_TRUE(matches({{port(53, 53)}, {any}}, query(), inbound));
  EXPECT_TRUE(matches({{port(1000, 1000)}, {port(0, 53)}}, query(), outbound));
  EXPECT_TRUE(matches({{port(999, 1001)}, {any}}, query(), outbound));
  EXPECT_FALSE(matches({{port(1001, 65535)}, {any}}, query(), outbound));
  EXPECT_FALSE(matches({{port(0, 999)}, {any}}, query(), outbound));
}

TEST(Match, reads_icmp_type_and_code_as_a_port) {
  const auto echo =
      parsed(Ipv4Packet{.protocol = IpProtocol::icmp, .payload = hex("0800f7ff00000000")}.bytes());
  const auto icmp = [](std::uint16_t first, std::uint16_t last) {
    return one("0.0.0.0/0", IpProtocol::icmp, {first, last});
  };
  EXPECT_TRUE(matches({{icmp(0x0800, 0x08ff)}, {icmp(0x0800, 0x0800)}}, echo, outbound));
  EXPECT_FALSE(matches({{icmp(0x0000, 0x00ff)}, {icmp(0, 65535)}}, echo, outbound));
}

// RFC 4301, 4.4.1.1: a port that a fragment does not show is OPAQUE; only ANY takes it in.
TEST(Match, lets_later_fragments_match_any_port_only) {
  const auto later =
      parsed(Ipv4Packet{.flags_and_offset = 0x2001, .payload = udp(1000, 53, pattern(8))}.bytes());
  const auto any_port = one("0.0.0.0/0", IpProtocol::udp);
  const auto all_but_one = one("0.0.0.0/0", IpProtocol::udp, {0, 65534});

  EXPECT_TRUE(matches({{any_port}, {any_port}}, later, outbound));
  EXPECT_FALSE(matches({{any_port}, {all_but_one}}, later, outbound));
  EXPECT_FALSE(matches({{all_but_one}, {any_port}}, later, inbound));
}

TEST(Match, judges_a_first_fragment_by_the_ports_it_shows) {
  const auto first =
      parsed(Ipv4Packet{.flags_and_offset = 0x2000, .payload = udp(1000, 53, pattern(8))}.bytes());
  const auto any = one("0.0.0.0/0");

  EXPECT_TRUE(matches({{any}, {one("0.0.0.0/0", IpProtocol::udp, {53, 53})}}, first, outbound));
  EXPECT_FALSE(matches({{any}, {one("0.0.0.0/0", IpProtocol::udp, {54, 54})}}, first, outbound));
}

TEST(Match, takes_protocols_without_ports_for_any_port_only) {
  const auto ah = parsed(Ipv4Packet{.protocol = IpProtocol::ah, .payload = pattern(40)}.bytes());

  EXPECT_TRUE(matches({{one("0.0.0.0/0")}, {one("0.0.0.0/0", IpProtocol::ah)}}, ah, outbound));
  EXPECT_FALSE(
      matches({{one("0.0.0.0/0")}, {one("0.0.0.0/0", IpProtocol::ah, {1, 2})}}, ah, outbound));
}

TEST(Match, takes_a_packet_cut_before_its_ports_for_any_port_only) {
  const auto cut = parsed(Ipv4Packet{.payload = hex("03e8")}.bytes());

  EXPECT_TRUE(matches({{one("0.0.0.0/0")}, {one("0.0.0.0/0", IpProtocol::udp)}}, cut, outbound));
  EXPECT_FALSE(matches({{one("0.0.0.0/0", IpProtocol::udp, {1000, 1000})}, {one("0.0.0.0/0")}}, cut,
                       outbound));
}

// ARCH-4.4.1.1: OPAQUE is what is not there to be seen; ANY takes it in.
TEST(Match, holds_only_packets_without_ports_where_ports_are_opaque) {
  const auto opaque = one("10.2.0.0/16", IpProtocol::udp, sa::PortRange::opaque());
  auto later = query();
  later.ports.reset();

  EXPECT_FALSE(matches({{one("10.1.0.0/16")}, {opaque}}, query(), outbound));
  EXPECT_TRUE(matches({{one("10.1.0.0/16")}, {opaque}}, later, outbound));
}

TEST(Mismatch, names_what_keeps_each_end_out) {
  const auto with = [](sa::TrafficSelector theirs) {
    return mismatch({{one("10.1.0.0/16")}, {std::move(theirs)}}, query(), outbound);
  };

  EXPECT_TRUE(with(one("10.2.0.0/16")).is_match());
  EXPECT_EQ(with(one("10.3.0.0/16")).theirs, Obstacle::address);
  EXPECT_EQ(with(one("10.2.0.0/16", IpProtocol::tcp)).theirs, Obstacle::protocol);
  EXPECT_EQ(with(one("10.2.0.0/16", IpProtocol::udp, {80, 80})).theirs, Obstacle::port);
  EXPECT_EQ(with(one("10.3.0.0/16")).ours, Obstacle::none);
}

TEST(Mismatch, counts_the_selector_that_comes_nearest) {
  const auto nearest =
      mismatch({{one("10.1.0.0/16")}, {one("10.3.0.0/16"), one("10.2.0.0/16", IpProtocol::tcp)}},
               query(), outbound);

  EXPECT_EQ(nearest.theirs, Obstacle::protocol);
}

}  // namespace
}  // namespace esplanade::policy
