// Checksums behind a NAT, compared with such as are made from nothing for the addresses at hand.
#include "esp/nat_checksum.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using core::Bytes;
using core::View;
using iana::IpProtocol;

struct Case {
  const char* src_sent;
  const char* dst_sent;
  const char* src;
  const char* dst;
};
constexpr Case ipv4{"192.168.7.5", "198.51.100.1", "203.0.113.9", "10.0.0.1"};
constexpr Case ipv6{"fd00:7::5", "2001:db8::1", "2001:db8:99::9", "fd00:1::1"};

struct Layout {
  IpProtocol protocol{};
  std::size_t size = 0;
  std::size_t checksum_at = 0;
};
constexpr Layout tcp{IpProtocol::tcp, 61, 16};
constexpr Layout udp_layout{IpProtocol::udp, 37, 6};
constexpr Layout icmpv6{IpProtocol::icmpv6, 48, 2};

/// Over pseudo-header and upper layer, word by word: 0 where the checksum in it is right.
auto sum(const char* src, const char* dst, IpProtocol protocol, View upper) -> unsigned {
  Bytes octets;
  test::append(octets, test::address(src).bytes());
  test::append(octets, test::address(dst).bytes());
  test::append16(octets, 0);
  test::append16(octets, upper.size());
  test::append16(octets, std::to_underlying(protocol));
  test::append(octets, upper);
  return test::naive_checksum(octets);
}

void put16(Bytes& octets, std::size_t at, unsigned value) {
  octets[at] = static_cast<std::byte>(value >> 8);
  octets[at + 1] = static_cast<std::byte>(value);
}

/// As its sender made it, with the right checksum for the addresses it knew.
auto upper_of(const Case& one, const Layout& layout) -> Bytes {
  auto octets = test::pattern(layout.size);
  if (layout.protocol == IpProtocol::tcp) octets[12] = std::byte{0x50};
  if (layout.protocol == IpProtocol::udp) put16(octets, 4, static_cast<unsigned>(layout.size));
  put16(octets, layout.checksum_at, 0);
  put16(octets, layout.checksum_at, sum(one.src_sent, one.dst_sent, layout.protocol, octets));
  return octets;
}

auto datagram_of(const Case& one, const Layout& layout, const Bytes& upper) -> Bytes {
  if (test::address(one.src).family() == net::Family::ipv6) {
    return test::Ipv6Packet{.src = test::address(one.src),
                            .dst = test::address(one.dst),
                            .protocol = layout.protocol,
                            .payload = upper}
        .bytes();
  }
  return test::Ipv4Packet{.src = test::address(one.src),
                          .dst = test::address(one.dst),
                          .protocol = layout.protocol,
                          .payload = upper}
      .bytes();
}

auto sent(const Case& one) -> sa::AddressesSent {
  return {.src = test::address(one.src_sent), .dst = test::address(one.dst_sent)};
}

TEST(NatChecksum, becomes_right_for_the_addresses_the_packet_bears) {
  for (const auto& one : {ipv4, ipv6}) {
    for (const auto& layout : {tcp, udp_layout, icmpv6}) {
      const auto upper = upper_of(one, layout);
      auto datagram = datagram_of(one, layout, upper);
      ASSERT_NE(sum(one.src, one.dst, layout.protocol, upper), 0U);

      mend_checksum(datagram, sent(one));

      const auto mended = View(datagram).last(upper.size());
      EXPECT_EQ(sum(one.src, one.dst, layout.protocol, mended), 0U);
    }
  }
}

TEST(NatChecksum, of_udp_that_has_none_stays_away) {
  auto upper = upper_of(ipv4, udp_layout);
  put16(upper, 6, 0);
  auto datagram = datagram_of(ipv4, udp_layout, upper);
  const auto before = datagram;

  mend_checksum(datagram, sent(ipv4));

  EXPECT_EQ(datagram, before);
}

TEST(NatChecksum, is_not_looked_for_where_there_is_none) {
  constexpr Layout gre{static_cast<IpProtocol>(47), 40, 6};
  const auto upper = test::pattern(gre.size);
  auto datagram = datagram_of(ipv4, gre, upper);
  auto later_fragment = test::Ipv4Packet{.flags_and_offset = 0x0010, .payload = upper}.bytes();
  auto cut = datagram_of(ipv4, tcp, test::pattern(10));
  for (auto* packet : {&datagram, &later_fragment, &cut}) {
    const auto before = *packet;
    mend_checksum(*packet, sent(ipv4));
    EXPECT_EQ(*packet, before);
  }
}

}  // namespace
}  // namespace esplanade::esp
