#include "net/fragment.h"

#include "net/ipv4.h"
#include "net/ipv6.h"
#include "tests/support/fragments.h"
#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

TEST(Fragmenter, leaves_alone_what_fits) {
  const auto datagram = udp4_of_size(100);

  EXPECT_EQ(cut(datagram, 100), std::vector<Bytes>{datagram});
}

TEST(Fragmenter, cuts_ipv4_at_multiples_of_eight_octets) {
  const auto parts = cut(udp4_of_size(100), 60);  // 80 octets behind the header: 40 and 40

  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(u16(parts[0], 2), 60U);
  EXPECT_EQ(u16(parts[0], 6), 0x2000U);
  EXPECT_EQ(u16(parts[1], 2), 60U);
  EXPECT_EQ(u16(parts[1], 6), 5U);
  EXPECT_EQ(u16(parts[0], 4), u16(parts[1], 4));
}

TEST(Fragmenter, gives_each_ipv4_fragment_a_right_checksum_and_its_share) {
  const auto datagram = udp4_of_size(1000);
  Bytes together;
  for (const auto& part : cut(datagram, 127)) {
    EXPECT_LE(part.size(), 127U);
    EXPECT_EQ(naive_checksum(View(part).first(20)), 0U);
    append(together, View(part).subspan(20));
  }
  EXPECT_EQ(core::to_hex(together), core::to_hex(View(datagram).subspan(20)));
}

// RFC 791, 3.1: 0x83 (loose source route) is copied, 0x07 (record route) is not.
TEST(Fragmenter, repeats_only_the_options_that_say_so) {
  const auto source_route = hex("830704c0000205");
  const auto record_route = hex("07070400000000");
  Ipv4Packet packet{.payload = pattern(64)};
  append(packet.options, record_route);
  append(packet.options, source_route);
  append(packet.options, hex("0000"));

  const auto parts = cut(packet.bytes(), 76);

  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(u8(parts[0], 0), 0x49U);
  EXPECT_EQ(u8(parts[1], 0), 0x47U);
  EXPECT_EQ(core::to_hex(View(parts[1]).subspan(20, 8)), core::to_hex(source_route) + "00");
  EXPECT_EQ(naive_checksum(View(parts[1]).first(28)), 0U);
}

TEST(Fragmenter, cuts_a_fragment_of_ipv4_again) {
  const Ipv4Packet middle{.flags_and_offset = 0x2000 | 10, .payload = pattern(80)};

  const auto parts = cut(middle.bytes(), 60);

  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(u16(parts[0], 6), 0x2000U | 10U);
  EXPECT_EQ(u16(parts[1], 6), 0x2000U | 15U);
}

TEST(Fragmenter, puts_a_fragment_header_where_ipv6_headers_for_routers_end) {
  const Ipv6Packet packet{.extensions = {extension(IpProtocol::hop_by_hop)},
                          .payload = udp(1, 2, pattern(192))};

  const auto parts = cut(packet.bytes(), 160);  // 40 + 8 + 8 + 104

  ASSERT_EQ(parts.size(), 2U);
  for (const auto& part : parts) {
    const auto chain = Ipv6::parse(part)->chain().value();
    EXPECT_EQ(chain.protocol, IpProtocol::udp);
    EXPECT_EQ(chain.fragment->id, 0xabcdefU);
    EXPECT_EQ(u8(part, 40), 44U);  // named by the hop-by-hop header
  }
  EXPECT_EQ(u16(parts[0], 50), 1U);
  EXPECT_EQ(u16(parts[1], 50), 104U);
}

TEST(Fragmenter, refuses_what_leaves_no_room_or_is_cut_already) {
  const Ipv6Packet fragment{.extensions = {fragment_header(1)}, .payload = pattern(80)};
  const auto code_of = [](View datagram, std::size_t largest) {
    return Fragmenter::of(datagram, {.largest = largest}).error().code;
  };

  EXPECT_EQ(code_of(udp4_of_size(100), 27), core::Code::exhausted);
  EXPECT_EQ(code_of(Ipv6Packet{.payload = pattern(80)}.bytes(), 55), core::Code::exhausted);
  EXPECT_EQ(code_of(fragment.bytes(), 100), core::Code::bad_chain);
  EXPECT_EQ(code_of({}, 100), core::Code::too_short);
}

}  // namespace
}  // namespace esplanade::net
