#include "net/datagram.h"

#include "net/ipv4.h"
#include "net/ipv6.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

using iana::IpProtocol;

auto octets(std::string_view hex) -> core::Bytes { return core::from_hex(hex).value(); }

/// A datagram from 192.0.2.1 to 198.51.100.2.
auto ipv4(IpProtocol protocol, std::string_view payload_hex) -> core::Bytes {
  const auto payload = octets(payload_hex);
  core::Bytes bytes(ipv4_min_header);
  write_ipv4(std::span{bytes}.first<ipv4_min_header>(),
             {.src = Address::parse("192.0.2.1").value(),
              .dst = Address::parse("198.51.100.2").value(),
              .protocol = protocol,
              .payload_length = static_cast<std::uint16_t>(payload.size()),
              .tos = 0xb8});
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

/// A datagram from 2001:db8::1 to 2001:db8::2.
auto ipv6(IpProtocol next_header, std::string_view payload_hex) -> core::Bytes {
  const auto payload = octets(payload_hex);
  core::Bytes bytes(ipv6_header_size);
  write_ipv6(std::span{bytes}.first<ipv6_header_size>(),
             {.src = Address::parse("2001:db8::1").value(),
              .dst = Address::parse("2001:db8::2").value(),
              .next_header = next_header,
              .payload_length = static_cast<std::uint16_t>(payload.size()),
              .traffic_class = 0xb9});
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

auto ipv4_fragment(std::uint16_t flags_and_offset, std::string_view payload_hex) -> Datagram {
  auto bytes = ipv4(IpProtocol::udp, payload_hex);
  core::store_be(flags_and_offset, bytes, 6);
  return Datagram::parse(bytes).value();
}

/// Ports 500 and 4500.
constexpr std::string_view ports_hex = "01f41194";
constexpr Ports ike_ports{500, 4500};

TEST(Datagram, shows_the_selector_fields_of_ipv4) {
  auto bytes = ipv4(IpProtocol::udp, "01f411940009000061");
  bytes.resize(60);  // a frame may be padded
  const auto datagram = Datagram::parse(bytes).value();

  EXPECT_EQ(datagram.family, Family::ipv4);
  EXPECT_EQ(datagram.src.to_string(), "192.0.2.1");
  EXPECT_EQ(datagram.dst.to_string(), "198.51.100.2");
  EXPECT_EQ(datagram.tos, 0xb8);
  EXPECT_EQ(datagram.protocol, IpProtocol::udp);
  EXPECT_EQ(datagram.total_length, 29u);
  EXPECT_EQ(datagram.upper_offset, 20u);
  EXPECT_FALSE(datagram.is_fragment);
  EXPECT_TRUE(datagram.has_upper_header);
  EXPECT_EQ(datagram.ports, ike_ports);
}

TEST(Datagram, shows_the_selector_fields_of_ipv6_behind_extension_headers) {
  const auto bytes = ipv6(IpProtocol::destination_options, "110001040000000001f411940009000061");
  const auto datagram = Datagram::parse(bytes).value();

  EXPECT_EQ(datagram.family, Family::ipv6);
  EXPECT_EQ(datagram.src.to_string(), "2001:db8::1");
  EXPECT_EQ(datagram.dst.to_string(), "2001:db8::2");
  EXPECT_EQ(datagram.tos, 0xb9);
  EXPECT_EQ(datagram.protocol, IpProtocol::udp);
  EXPECT_EQ(datagram.total_length, 57u);
  EXPECT_EQ(datagram.upper_offset, 48u);
  EXPECT_EQ(datagram.ports, ike_ports);
}

auto ports_of(IpProtocol protocol, std::string_view upper_hex) -> std::optional<Ports> {
  const auto ports = Datagram::parse(ipv4(protocol, upper_hex))->ports;
  EXPECT_EQ(Datagram::parse(ipv6(protocol, upper_hex))->ports, ports);
  return ports;
}

TEST(Datagram, shows_ports_of_every_protocol_that_begins_with_them) {
  EXPECT_EQ(ports_of(IpProtocol::tcp, ports_hex), ike_ports);
  EXPECT_EQ(ports_of(IpProtocol::udp, ports_hex), ike_ports);
  EXPECT_EQ(ports_of(IpProtocol::sctp, ports_hex), ike_ports);
  EXPECT_EQ(ports_of(IpProtocol::udp_lite, ports_hex), ike_ports);
}

// RFC 4301, 4.4.1.1: type and code, and the Mobility Header's type, stand where ports would.
TEST(Datagram, shows_types_in_place_of_ports) {
  EXPECT_EQ(ports_of(IpProtocol::icmp, "0304"), (Ports{0x0304, 0x0304}));
  EXPECT_EQ(ports_of(IpProtocol::icmpv6, "8000ffff"), (Ports{0x8000, 0x8000}));
  EXPECT_EQ(ports_of(IpProtocol::mobility, "3b010500"), (Ports{0x0500, 0x0500}));
}

TEST(Datagram, has_no_ports_where_the_packet_ends_before_them) {
  EXPECT_EQ(ports_of(IpProtocol::udp, "01f411"), std::nullopt);
  EXPECT_EQ(ports_of(IpProtocol::tcp, ""), std::nullopt);
  EXPECT_EQ(ports_of(IpProtocol::icmp, "08"), std::nullopt);
  EXPECT_EQ(ports_of(IpProtocol::mobility, "3b01"), std::nullopt);
}

TEST(Datagram, has_no_ports_where_the_protocol_has_none) {
  EXPECT_EQ(ports_of(IpProtocol::esp, ports_hex), std::nullopt);
  EXPECT_EQ(ports_of(IpProtocol::no_next_header, ports_hex), std::nullopt);
  EXPECT_EQ(ports_of(IpProtocol{253}, ports_hex), std::nullopt);
}

TEST(Datagram, shows_ports_in_the_first_fragment_of_ipv4_alone) {
  const auto first = ipv4_fragment(0x2000, ports_hex);
  const auto last = ipv4_fragment(0x0001, ports_hex);

  EXPECT_TRUE(first.is_fragment);
  EXPECT_TRUE(first.has_upper_header);
  EXPECT_EQ(first.ports, ike_ports);
  EXPECT_TRUE(last.is_fragment);
  EXPECT_FALSE(last.has_upper_header);
  EXPECT_EQ(last.ports, std::nullopt);
  EXPECT_EQ(last.protocol, IpProtocol::udp);
}

TEST(Datagram, shows_ports_in_the_first_fragment_of_ipv6_alone) {
  const auto first = Datagram::parse(ipv6(IpProtocol::fragment, "110000011122334401f41194"));
  const auto last = Datagram::parse(ipv6(IpProtocol::fragment, "110005c81122334401f41194"));

  EXPECT_TRUE(first->is_fragment);
  EXPECT_TRUE(first->has_upper_header);
  EXPECT_EQ(first->ports, ike_ports);
  EXPECT_TRUE(last->is_fragment);
  EXPECT_FALSE(last->has_upper_header);
  EXPECT_EQ(last->ports, std::nullopt);
  EXPECT_EQ(last->protocol, IpProtocol::udp);
  EXPECT_EQ(last->upper_offset, 48u);
}

// RFC 6946: such a datagram is whole.
TEST(Datagram, takes_an_atomic_fragment_for_no_fragment) {
  const auto atomic = Datagram::parse(ipv6(IpProtocol::fragment, "110000001122334401f41194"));

  EXPECT_FALSE(atomic->is_fragment);
  EXPECT_TRUE(atomic->has_upper_header);
  EXPECT_EQ(atomic->ports, ike_ports);
}

TEST(Datagram, hands_on_the_errors_of_its_headers) {
  EXPECT_EQ(Datagram::parse({}).error().code, core::Code::too_short);
  EXPECT_EQ(Datagram::parse(octets("45")).error().code, core::Code::too_short);
  EXPECT_EQ(Datagram::parse(core::Bytes(60, std::byte{0x55})).error().code,
            core::Code::bad_version);
  EXPECT_EQ(Datagram::parse(ipv6(IpProtocol::routing, "11")).error().code, core::Code::too_short);
}

}  // namespace
}  // namespace esplanade::net
