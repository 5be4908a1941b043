#include "pipeline/demux.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

#include <tuple>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr std::uint16_t ports[] = {4500, 10000};

auto in_udp(View payload, std::uint16_t src = 33000, std::uint16_t dst = 4500) -> Bytes {
  return Ipv4Packet{.payload = udp(src, dst, payload)}.bytes();
}
auto esp4(View payload) -> Bytes {
  return Ipv4Packet{.protocol = IpProtocol::esp, .payload = {payload.begin(), payload.end()}}
      .bytes();
}

auto verdict_of(View datagram) -> Verdict {
  const auto found = find_esp(datagram, ports);
  return found ? Verdict::pass : found.error();
}

const auto esp_octets = hex("deadbeef0000000700112233");

TEST(FindEsp, reads_spi_number_and_place_behind_ipv4_options) {
  const auto datagram =
      Ipv4Packet{
          .protocol = IpProtocol::esp, .options = hex("0101010194040000"), .payload = esp_octets}
          .bytes();
  const auto found = find_esp(datagram, ports);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->spi, core::Spi{0xdeadbeef});
  EXPECT_EQ(found->seq, 7U);
  EXPECT_EQ(found->place.ip_size, 28U);
  EXPECT_EQ(found->place.offset, 28U);
  EXPECT_EQ(found->place.size, 12U);
  EXPECT_EQ(found->place.next_header_at, 9U);
  EXPECT_FALSE(found->place.is_in_udp());
}

TEST(FindEsp, reads_esp_behind_udp) {
  const auto found = find_esp(in_udp(esp_octets), ports);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->spi, core::Spi{0xdeadbeef});
  EXPECT_EQ(found->place.ip_size, 20U);
  EXPECT_EQ(found->place.offset, 28U);
  EXPECT_EQ(found->place.size, 12U);
  EXPECT_TRUE(found->place.is_in_udp());
}

TEST(FindEsp, walks_ipv6_extension_headers) {
  const auto datagram = Ipv6Packet{.protocol = IpProtocol::esp,
                                   .extensions = {extension(IpProtocol::hop_by_hop),
                                                  extension(IpProtocol::routing, 3),
                                                  extension(IpProtocol::destination_options)},
                                   .payload = esp_octets}
                            .bytes();
  const auto found = find_esp(datagram, ports);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->place.offset, 40U + 8 + 24 + 8);
  EXPECT_EQ(found->place.next_header_at, 40U + 8 + 24);
  EXPECT_EQ(found->spi, core::Spi{0xdeadbeef});
}

TEST(FindEsp, stops_at_the_end_of_the_datagram_and_of_udp) {
  auto longer = esp4(esp_octets);
  longer.resize(60);
  auto udp_shorter = in_udp(esp_octets);
  udp_shorter[25] = std::byte{8 + 9};

  EXPECT_EQ(find_esp(longer, ports)->place.size, 12U);
  EXPECT_EQ(find_esp(udp_shorter, ports)->place.size, 9U);
}

// RFC 3948, 2.2 and 2.3.
TEST(FindEsp, tells_every_short_udp_payload_apart) {
  EXPECT_EQ(verdict_of(in_udp({})), Verdict::too_short);
  EXPECT_EQ(verdict_of(in_udp(hex("ff"))), Verdict::keep_alive);
  EXPECT_EQ(verdict_of(in_udp(hex("fe"))), Verdict::too_short);
  EXPECT_EQ(verdict_of(in_udp(hex("00"))), Verdict::too_short);
  for (std::size_t size = 2; size < 8; ++size) {
    EXPECT_EQ(verdict_of(in_udp(Bytes(size, std::byte{0xff}))), Verdict::too_short) << size;
    EXPECT_EQ(verdict_of(in_udp(Bytes(size))), size < 4 ? Verdict::too_short : Verdict::ike)
        << size;
  }
  EXPECT_EQ(verdict_of(in_udp(Bytes(8, std::byte{0xff}))), Verdict::pass);
  EXPECT_EQ(verdict_of(in_udp(Bytes(8))), Verdict::ike);
  EXPECT_EQ(verdict_of(in_udp(hex("0000000100000001"))), Verdict::pass);
}

TEST(FindEsp, needs_spi_and_number_without_udp_too) {
  for (std::size_t size = 0; size < 8; ++size) {
    EXPECT_EQ(verdict_of(esp4(Bytes(size))), Verdict::too_short) << size;
  }
  EXPECT_EQ(verdict_of(esp4(Bytes(8))), Verdict::pass) << "no marker outside UDP";
}

TEST(FindEsp, takes_esp_at_the_ports_it_is_given_only) {
  EXPECT_EQ(verdict_of(in_udp(esp_octets, 33000, 10000)), Verdict::pass);
  EXPECT_EQ(verdict_of(in_udp(esp_octets, 4500, 33000)), Verdict::pass);
  EXPECT_EQ(verdict_of(in_udp(esp_octets, 33000, 500)), Verdict::not_for_us);
  EXPECT_FALSE(find_esp(in_udp(esp_octets), {}));
}

TEST(FindEsp, leaves_other_protocols_alone) {
  for (const auto protocol : {IpProtocol::icmp, IpProtocol::tcp, IpProtocol::ah}) {
    const auto datagram = Ipv4Packet{.protocol = protocol, .payload = esp_octets}.bytes();
    EXPECT_EQ(verdict_of(datagram), Verdict::not_for_us);
  }
}

const auto ah_octets = hex("1104beefdeadbeef00000007");

TEST(FindProtected, reads_spi_number_and_place_of_ah_in_both_families) {
  const auto in4 = Ipv4Packet{.protocol = IpProtocol::ah, .payload = ah_octets}.bytes();
  const auto in6 = Ipv6Packet{.protocol = IpProtocol::ah,
                              .extensions = {extension(IpProtocol::hop_by_hop)},
                              .payload = ah_octets}
                       .bytes();
  for (const auto& [datagram, at, named_at] :
       {std::tuple{in4, 20U, 9U}, std::tuple{in6, 48U, 40U}}) {
    const auto found = find_protected(datagram, ports);

    ASSERT_TRUE(found);
    EXPECT_EQ(found->protocol, sa::Protocol::ah);
    EXPECT_EQ(found->spi, core::Spi{0xdeadbeef});
    EXPECT_EQ(found->seq, 7U);
    EXPECT_EQ(found->place.offset, at);
    EXPECT_EQ(found->place.ip_size, at);
    EXPECT_EQ(found->place.size, 12U);
    EXPECT_EQ(found->place.next_header_at, named_at);
  }
}

TEST(FindProtected, needs_the_fixed_part_of_ah_and_tells_it_from_esp) {
  for (std::size_t size = 0; size < 12; ++size) {
    const auto cut = Ipv4Packet{.protocol = IpProtocol::ah, .payload = Bytes(size)}.bytes();
    EXPECT_EQ(find_protected(cut, ports).error(), Verdict::too_short) << size;
  }
  EXPECT_EQ(find_protected(esp4(esp_octets), ports)->protocol, sa::Protocol::esp);
}

TEST(FindEsp, refuses_fragments_of_both_families) {
  for (const auto flags : {std::uint16_t{0x2000}, std::uint16_t{1}, std::uint16_t{0x2001}}) {
    const auto fragment =
        Ipv4Packet{.protocol = IpProtocol::esp, .flags_and_offset = flags, .payload = esp_octets};
    EXPECT_EQ(verdict_of(fragment.bytes()), Verdict::is_fragment) << flags;
  }
  for (const auto offset_and_more : {std::uint16_t{1}, std::uint16_t{8}, std::uint16_t{9}}) {
    const auto fragment = Ipv6Packet{.protocol = IpProtocol::esp,
                                     .extensions = {fragment_header(offset_and_more)},
                                     .payload = esp_octets};
    EXPECT_EQ(verdict_of(fragment.bytes()), Verdict::is_fragment) << offset_and_more;
  }
}

// RFC 6946, 4: whole, though it has a Fragment header.
TEST(FindEsp, takes_an_atomic_fragment) {
  const auto atomic =
      Ipv6Packet{
          .protocol = IpProtocol::esp, .extensions = {fragment_header(0)}, .payload = esp_octets}
          .bytes();

  EXPECT_EQ(verdict_of(atomic), Verdict::pass);
}

TEST(FindEsp, refuses_what_is_no_datagram) {
  auto wrong_udp_length = in_udp(esp_octets);
  wrong_udp_length[25] = std::byte{8 + 13};
  auto no_udp_length = in_udp(esp_octets);
  no_udp_length[25] = std::byte{7};
  auto version = esp4(esp_octets);
  version[0] = std::byte{0x75};

  EXPECT_EQ(verdict_of({}), Verdict::malformed);
  EXPECT_EQ(verdict_of(wrong_udp_length), Verdict::malformed);
  EXPECT_EQ(verdict_of(no_udp_length), Verdict::malformed);
  EXPECT_EQ(verdict_of(version), Verdict::malformed);
  EXPECT_EQ(verdict_of(Ipv4Packet{.payload = pattern(7)}.bytes()), Verdict::malformed);
}

TEST(FindEsp, refuses_every_truncation) {
  const auto whole = in_udp(esp_octets);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(verdict_of(View(whole).first(size)), Verdict::malformed) << size;
  }
}

}  // namespace
}  // namespace esplanade::pipeline
