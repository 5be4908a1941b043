#include "net/ipv6.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

namespace esplanade::net {
namespace {

using iana::IpProtocol;

auto octets(std::string_view hex) -> core::Bytes { return core::from_hex(hex).value(); }

const std::string addresses = "20010db800000000000000000000000120010db8000000000000000000000002";

// Made by Scapy: class b9, label 12345, hop limit 9, UDP 500 to 4500 with "abc".
const auto udp_packet = octets("6b912345000b1109" + addresses + "01f41194000bcc78616263");

/// A packet from 2001:db8::1 to 2001:db8::2 whose header says `next_header`.
auto packet(IpProtocol next_header, std::string_view payload_hex) -> core::Bytes {
  const auto payload = octets(payload_hex);
  auto bytes = octets("6000000000000040" + addresses);
  bytes[6] = static_cast<std::byte>(next_header);
  set_ipv6_payload_length(bytes, static_cast<std::uint16_t>(payload.size()));
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

auto chain_of(const core::Bytes& bytes) -> core::Result<Ipv6Chain> {
  return Ipv6::parse(bytes).value().chain();
}

/// Extension headers of eight octets as hex; `next` is what follows.
auto extension(IpProtocol next) -> std::string {
  const std::array first{static_cast<std::byte>(next)};
  return core::to_hex(first) + "00010400000000";
}
auto fragment(IpProtocol next, std::string_view offset_and_more) -> std::string {
  const std::array first{static_cast<std::byte>(next)};
  return core::to_hex(first) + "00" + std::string{offset_and_more} + "11223344";
}

TEST(Ipv6, reads_every_field) {
  const auto ip = Ipv6::parse(udp_packet).value();

  EXPECT_EQ(ip.traffic_class(), 0xb9);
  EXPECT_EQ(ip.flow_label(), 0x12345u);
  EXPECT_EQ(ip.payload_length(), 11);
  EXPECT_EQ(ip.total_length(), 51u);
  EXPECT_EQ(ip.next_header(), IpProtocol::udp);
  EXPECT_EQ(ip.hop_limit(), 9);
  EXPECT_EQ(ip.src().to_string(), "2001:db8::1");
  EXPECT_EQ(ip.dst().to_string(), "2001:db8::2");
  EXPECT_EQ(ip.header().size(), ipv6_header_size);
  EXPECT_EQ(ip.payload().size(), 11u);
}

TEST(Ipv6, trims_the_payload_to_its_length) {
  auto padded = udp_packet;
  padded.resize(60);
  EXPECT_EQ(Ipv6::parse(padded)->payload().size(), 11u);
}

TEST(Ipv6, refuses_every_truncation) {
  for (std::size_t size = 0; size < udp_packet.size(); ++size) {
    const auto error = Ipv6::parse(core::View{udp_packet}.first(size)).error();
    EXPECT_EQ(error, (core::Error{core::Code::too_short, {size}}));
  }
}

TEST(Ipv6, refuses_other_versions_and_jumbograms) {
  auto version_4 = udp_packet;
  version_4[0] = std::byte{0x4b};
  auto jumbogram = packet(IpProtocol::hop_by_hop, "3b00c20400010000");
  set_ipv6_payload_length(jumbogram, 0);

  EXPECT_EQ(Ipv6::parse(version_4).error().code, core::Code::bad_version);
  EXPECT_EQ(Ipv6::parse(jumbogram).error(), (core::Error{core::Code::bad_length, {4}}));
}

TEST(Ipv6, accepts_a_header_with_nothing_behind_it) {
  const auto bytes = packet(IpProtocol::no_next_header, "");
  EXPECT_EQ(chain_of(bytes)->protocol, IpProtocol::no_next_header);
  EXPECT_EQ(chain_of(bytes)->upper_offset, 40u);
}

TEST(Ipv6Chain, of_a_packet_without_extension_headers_is_short) {
  const auto chain = chain_of(udp_packet).value();

  EXPECT_EQ(chain.protocol, IpProtocol::udp);
  EXPECT_EQ(chain.upper_offset, 40u);
  EXPECT_EQ(chain.next_header_at, 6u);
  EXPECT_EQ(chain.protect_offset, 40u);
  EXPECT_EQ(chain.protect_protocol, IpProtocol::udp);
  EXPECT_EQ(chain.protect_next_header_at, 6u);
  EXPECT_FALSE(chain.fragment);
}

// Made by Scapy: hop-by-hop, destination options, routing (24 octets), fragment, destination
// options, TCP.
TEST(Ipv6Chain, walks_over_every_kind_and_finds_the_place_for_esp) {
  const auto bytes = packet(IpProtocol::hop_by_hop,
                            "3c000104000000002b000104000000002c020001000000002001"
                            "0db80000000000000000000000033c0000011122334406000104"
                            "0000000001bbc7380000000000000000500220006b790000");
  const auto chain = chain_of(bytes).value();

  EXPECT_EQ(chain.protocol, IpProtocol::tcp);
  EXPECT_EQ(chain.upper_offset, 40u + 8 + 8 + 24 + 8 + 8);
  EXPECT_EQ(chain.next_header_at, 40u + 8 + 8 + 24 + 8);
  EXPECT_EQ(chain.protect_offset, 40u + 8 + 8 + 24 + 8);
  EXPECT_EQ(chain.protect_protocol, IpProtocol::destination_options);
  EXPECT_EQ(chain.protect_next_header_at, 40u + 8 + 8 + 24);
  EXPECT_EQ(chain.fragment->id, 0x11223344u);
  EXPECT_TRUE(chain.fragment->more);
}

// RFC 4303, 3.1.1: options before a routing header are for its stops, the last ones for the end.
TEST(Ipv6Chain, puts_esp_before_options_only_if_they_stand_last) {
  const auto last = chain_of(packet(IpProtocol::destination_options, extension(IpProtocol::udp)));
  const auto before_routing =
      chain_of(packet(IpProtocol::destination_options,
                      extension(IpProtocol::routing) + extension(IpProtocol::udp)));

  EXPECT_EQ(last->protect_offset, 40u);
  EXPECT_EQ(last->protect_protocol, IpProtocol::destination_options);
  EXPECT_EQ(last->upper_offset, 48u);
  EXPECT_EQ(before_routing->protect_offset, 56u);
  EXPECT_EQ(before_routing->protect_protocol, IpProtocol::udp);
  EXPECT_EQ(before_routing->protect_next_header_at, 48u);
}

TEST(Ipv6Chain, ends_at_esp_and_ah) {
  for (const auto end : {IpProtocol::esp, IpProtocol::ah}) {
    const auto chain = chain_of(packet(IpProtocol::hop_by_hop, extension(end) + extension(end)));
    EXPECT_EQ(chain->protocol, end);
    EXPECT_EQ(chain->upper_offset, 48u);
  }
}

TEST(Ipv6Chain, ends_behind_the_header_of_a_later_fragment) {
  // What follows is data, though it looks like another header.
  const auto chain = chain_of(
      packet(IpProtocol::fragment, fragment(IpProtocol::destination_options, "05c8") + "0600"));

  EXPECT_EQ(chain->protocol, IpProtocol::destination_options);
  EXPECT_EQ(chain->upper_offset, 48u);
  EXPECT_EQ(chain->protect_offset, 48u);
  EXPECT_EQ(chain->fragment->offset, 1480);
  EXPECT_FALSE(chain->fragment->more);
}

TEST(Ipv6Chain, knows_an_atomic_fragment) {
  const auto fragment_of = [](std::string_view offset_and_more) {
    const auto bytes = packet(IpProtocol::fragment, fragment(IpProtocol::udp, offset_and_more));
    return *chain_of(bytes)->fragment;
  };
  EXPECT_TRUE(fragment_of("0000").is_atomic());
  EXPECT_TRUE(fragment_of("0006").is_atomic());  // reserved bits
  EXPECT_FALSE(fragment_of("0001").is_atomic());
  EXPECT_FALSE(fragment_of("0008").is_atomic());
}

TEST(Ipv6Chain, refuses_hop_by_hop_that_is_not_first) {
  const auto bytes = packet(IpProtocol::destination_options,
                            extension(IpProtocol::hop_by_hop) + extension(IpProtocol::udp));
  EXPECT_EQ(chain_of(bytes).error(), (core::Error{core::Code::bad_chain, {48}}));
}

TEST(Ipv6Chain, refuses_a_second_fragment_header) {
  const auto bytes = packet(IpProtocol::fragment, fragment(IpProtocol::fragment, "0001") +
                                                      fragment(IpProtocol::udp, "0000"));
  EXPECT_EQ(chain_of(bytes).error(), (core::Error{core::Code::bad_chain, {48}}));
}

auto chain_of_options(int count) -> core::Result<Ipv6Chain> {
  std::string payload;
  for (auto i = 1; i < count; ++i) payload += extension(IpProtocol::destination_options);
  return chain_of(packet(IpProtocol::destination_options, payload + extension(IpProtocol::udp)));
}

TEST(Ipv6Chain, takes_eight_extension_headers_and_no_more) {
  EXPECT_EQ(chain_of_options(8)->upper_offset, 40u + 8 * 8);
  EXPECT_EQ(chain_of_options(9).error(), (core::Error{core::Code::bad_chain, {40 + 8 * 8}}));
}

TEST(Ipv6Chain, refuses_headers_that_end_beyond_the_packet) {
  const auto code = [](IpProtocol first, std::string_view payload) {
    return chain_of(packet(first, payload)).error().code;
  };
  EXPECT_EQ(code(IpProtocol::routing, ""), core::Code::too_short);
  EXPECT_EQ(code(IpProtocol::routing, "11"), core::Code::too_short);
  EXPECT_EQ(code(IpProtocol::routing, "11010000000000000000000000"), core::Code::too_short);
  EXPECT_EQ(code(IpProtocol::destination_options, "11ff000000000000"), core::Code::too_short);
  EXPECT_EQ(code(IpProtocol::fragment, "11000001112233"), core::Code::too_short);
}

TEST(WriteIpv6, makes_the_header_that_scapy_makes) {
  std::array<std::byte, ipv6_header_size> out{};
  write_ipv6(out, {.src = Address::parse("2001:db8::1").value(),
                   .dst = Address::parse("2001:db8::2").value(),
                   .next_header = IpProtocol::udp,
                   .payload_length = 11,
                   .traffic_class = 0xb9,
                   .flow_label = 0x12345,
                   .hop_limit = 9});
  EXPECT_EQ(core::to_hex(out), core::to_hex(core::View{udp_packet}.first(out.size())));
}

TEST(WriteIpv6, aborts_on_what_no_header_can_say) {
  std::array<std::byte, ipv6_header_size> out{};
  const auto src = Address::parse("::1").value();
  EXPECT_DEATH(write_ipv6(out, {.src = src, .dst = Address{}}), "bug at");
  EXPECT_DEATH(write_ipv6(out, {.src = src, .dst = src, .flow_label = 0x100000}), "bug at");
}

TEST(SetIpv6, changes_one_field_and_no_other) {
  ASSERT_TRUE(rc::check("class and length", [](std::uint8_t traffic_class) {
    auto bytes = udp_packet;
    const auto length = *rc::gen::inRange<std::uint16_t>(0, 12);

    set_ipv6_traffic_class(bytes, traffic_class);
    set_ipv6_payload_length(bytes, length);

    const auto ip = Ipv6::parse(bytes).value();
    RC_ASSERT(ip.traffic_class() == traffic_class);
    RC_ASSERT(ip.payload_length() == length);
    RC_ASSERT(ip.flow_label() == 0x12345u);
    RC_ASSERT(ip.next_header() == IpProtocol::udp);
  }));
}

}  // namespace
}  // namespace esplanade::net
