#include "net/icmp_error.h"

#include "net/icmp.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto too_big(View packet, std::string_view from, std::uint16_t mtu) -> Bytes {
  Bytes out(longest_icmp_error);
  out.resize(write_too_big(out, packet, {.from = address(from), .mtu = mtu}));
  return out;
}

auto is_answered(View packet) -> bool {
  return may_be_answered(Datagram::parse(packet).value(), packet);
}

// RFC 792, RFC 1191, 4: type 3, code 4, the MTU in the last two octets of the header.
TEST(TooBig, tells_an_ipv4_source_the_size_and_quotes_its_packet) {
  const auto packet = udp4_of_size(1400);
  const auto error = too_big(packet, "10.2.0.1", 1300);
  const auto ip = Ipv4::parse(error).value();

  EXPECT_EQ(ip.src(), address("10.2.0.1"));
  EXPECT_EQ(ip.dst(), address("10.1.0.1"));
  EXPECT_EQ(error.size(), 576U);
  EXPECT_EQ(core::to_hex(ip.payload().first(2)), "0304");
  EXPECT_EQ(u16(ip.payload(), 6), 1300U);
  EXPECT_EQ(naive_checksum(ip.payload()), 0U);
  EXPECT_EQ(core::to_hex(ip.payload().subspan(8)), core::to_hex(View(packet).first(548)));
}

// RFC 4443, 3.2: type 2, code 0.
TEST(TooBig, tells_an_ipv6_source_the_size_and_quotes_its_packet) {
  const auto packet = Ipv6Packet{.payload = udp(1, 2, pattern(1400))}.bytes();
  const auto error = too_big(packet, "2001:db8:2::1", 1300);
  const auto ip = Ipv6::parse(error).value();

  EXPECT_EQ(ip.dst(), address("2001:db8:1::1"));
  EXPECT_EQ(error.size(), 1280U);
  EXPECT_EQ(core::to_hex(ip.payload().first(2)), "0200");
  EXPECT_EQ(u32(ip.payload(), 4), 1300U);
  EXPECT_TRUE(Icmp::parse(ip.payload())->is_checksum_right(ip.src(), ip.dst()));
}

auto prohibited(View packet, std::string_view from) -> Bytes {
  Bytes out(longest_icmp_error);
  out.resize(write_prohibited(out, packet, address(from)));
  return out;
}

// ARCH-5.1.1-01: type 3, code 13 (RFC 1812, 5.2.7.1).
TEST(Prohibited, tells_an_ipv4_source_and_quotes_its_packet) {
  const auto packet = udp4_of_size(100);
  const auto error = prohibited(packet, "10.2.0.1");
  const auto ip = Ipv4::parse(error).value();

  EXPECT_EQ(ip.src(), address("10.2.0.1"));
  EXPECT_EQ(ip.dst(), address("10.1.0.1"));
  EXPECT_EQ(core::to_hex(ip.payload().first(2)), "030d");
  EXPECT_EQ(u32(ip.payload(), 4), 0U);
  EXPECT_EQ(naive_checksum(ip.payload()), 0U);
  EXPECT_EQ(core::to_hex(ip.payload().subspan(8)), core::to_hex(packet));
  EXPECT_FALSE(read_too_big(error));
}

// ARCH-5.1.1-01: type 1, code 1 (RFC 4443, 3.1).
TEST(Prohibited, tells_an_ipv6_source_and_quotes_its_packet) {
  const auto packet = Ipv6Packet{.payload = udp(1, 2, pattern(100))}.bytes();
  const auto error = prohibited(packet, "2001:db8:2::1");
  const auto ip = Ipv6::parse(error).value();

  EXPECT_EQ(ip.dst(), address("2001:db8:1::1"));
  EXPECT_EQ(core::to_hex(ip.payload().first(2)), "0101");
  EXPECT_EQ(u32(ip.payload(), 4), 0U);
  EXPECT_TRUE(Icmp::parse(ip.payload())->is_checksum_right(ip.src(), ip.dst()));
  EXPECT_EQ(core::to_hex(ip.payload().subspan(8)), core::to_hex(packet));
}

TEST(TooBig, is_read_as_it_was_written) {
  const auto four = udp4_of_size(1400);
  const auto six = Ipv6Packet{.payload = udp(7, 8, pattern(1400))}.bytes();
  const auto error_four = too_big(four, "10.9.9.9", 1300);
  const auto error_six = too_big(six, "2001:db8::9", 1280);
  const auto read_four = read_too_big(error_four);
  const auto read_six = read_too_big(error_six);

  ASSERT_TRUE(read_four && read_six);
  EXPECT_EQ(read_four->mtu, 1300U);
  EXPECT_EQ(read_four->quoted.total_length, 1400U);
  EXPECT_EQ(u16(read_four->quoted.upper, 0), 1000U);
  EXPECT_EQ(read_six->mtu, 1280U);
  EXPECT_EQ(read_six->quoted.dst, address("2001:db8:2::1"));
  EXPECT_EQ(u16(read_six->quoted.upper, 2), 8U);
}

TEST(TooBig, is_not_read_where_it_is_cut_or_changed_or_another_message) {
  const auto error = too_big(udp4_of_size(600), "10.9.9.9", 500);
  auto changed = error;
  changed[100] ^= std::byte{1};
  auto other = error;
  other[21] = std::byte{3};  // port unreachable

  EXPECT_FALSE(read_too_big(changed));
  EXPECT_FALSE(read_too_big(other));
  EXPECT_FALSE(read_too_big(View(error).first(30)));
  EXPECT_FALSE(read_too_big(udp4_of_size(100)));
  EXPECT_FALSE(read_too_big({}));
}

// RFC 1122, 3.2.2; RFC 4443, 2.4 e.
TEST(TooBig, is_no_answer_to_errors_later_fragments_and_those_who_are_many_or_nobody) {
  const auto error = too_big(udp4_of_size(600), "10.9.9.9", 500);
  const auto echo = Ipv4Packet{.protocol = IpProtocol::icmp, .payload = hex("0800000000000000")};

  EXPECT_TRUE(is_answered(udp4_of_size(600)));
  EXPECT_TRUE(is_answered(echo.bytes()));
  EXPECT_FALSE(is_answered(error));
  EXPECT_FALSE(is_answered(Ipv4Packet{.flags_and_offset = 1, .payload = pattern(8)}.bytes()));
  EXPECT_FALSE(is_answered(Ipv4Packet{.src = address("0.0.0.0"), .payload = pattern(8)}.bytes()));
  EXPECT_FALSE(is_answered(Ipv4Packet{.dst = address("224.0.0.1"), .payload = pattern(8)}.bytes()));
  EXPECT_FALSE(is_answered(Ipv6Packet{.src = address("::"), .payload = pattern(8)}.bytes()));
  EXPECT_FALSE(is_answered(Ipv6Packet{.dst = address("ff02::1"), .payload = pattern(8)}.bytes()));
}

TEST(QuotedIn, shows_the_selectors_of_the_packet_an_error_is_about) {
  const auto error = too_big(udp4_of_size(600), "10.9.9.9", 500);
  const auto quoted = quoted_in(Datagram::parse(error).value(), error);

  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->src, address("10.1.0.1"));
  EXPECT_EQ(quoted->ports, (Ports{1000, 2000}));
  EXPECT_EQ(reversed(*quoted).src, address("10.2.0.1"));
  EXPECT_EQ(reversed(*quoted).ports, (Ports{2000, 1000}));
}

TEST(QuotedIn, shows_no_ports_of_later_fragments_and_nothing_of_other_messages) {
  const Ipv4Packet later{.flags_and_offset = 9, .payload = pattern(64)};
  const auto error = too_big(later.bytes(), "10.9.9.9", 500);
  const auto quoted = quoted_in(Datagram::parse(error).value(), error);
  const auto echo =
      Ipv4Packet{.protocol = IpProtocol::icmp, .payload = hex("0800000000000000")}.bytes();

  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->ports, std::nullopt);
  EXPECT_FALSE(quoted->has_upper_header);
  EXPECT_FALSE(quoted_in(Datagram::parse(echo).value(), echo));
}

TEST(ParseQuoted, takes_a_beginning_that_shows_addresses_and_nothing_less) {
  const auto ipv4 = udp4_of_size(600);
  const auto ipv6 = Ipv6Packet{.payload = udp(1, 2, pattern(100))}.bytes();

  const auto short4 = parse_quoted(View(ipv4).first(20));
  ASSERT_TRUE(short4);
  EXPECT_EQ(short4->dst, address("10.2.0.1"));
  EXPECT_EQ(short4->protocol, IpProtocol::udp);
  EXPECT_TRUE(short4->upper.empty());
  const auto short6 = parse_quoted(View(ipv6).first(48));
  ASSERT_TRUE(short6);
  EXPECT_EQ(short6->src, address("2001:db8:1::1"));
  EXPECT_EQ(short6->upper.size(), 8U);
  for (const auto size : {0U, 1U, 19U}) EXPECT_FALSE(parse_quoted(View(ipv4).first(size))) << size;
  for (const auto size : {0U, 1U, 39U}) EXPECT_FALSE(parse_quoted(View(ipv6).first(size))) << size;
}

}  // namespace
}  // namespace esplanade::net
