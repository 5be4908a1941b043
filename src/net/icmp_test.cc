#include "net/icmp.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

auto octets(std::string_view hex) -> core::Bytes { return core::from_hex(hex).value(); }

// Both made by Scapy: "fragmentation needed" of IPv4, and an echo request of IPv6.
const auto message = octets("03040a820000000078797a");
const auto message6 = octets("800031c80001000278797a");
const auto src = Address::parse("2001:db8::1").value();
const auto dst = Address::parse("2001:db8::2").value();

TEST(Icmp, reads_type_code_and_payload) {
  const auto icmp = Icmp::parse(message).value();

  EXPECT_EQ(icmp.type(), 3);
  EXPECT_EQ(icmp.code(), 4);
  EXPECT_EQ(core::to_hex(icmp.payload()), "78797a");
}

TEST(Icmp, refuses_less_than_a_header) {
  EXPECT_EQ(Icmp::parse(core::View{message}.first(7)).error(),
            (core::Error{core::Code::too_short, {7}}));
  EXPECT_TRUE(Icmp::parse(core::View{message}.first(8))->payload().empty());
}

TEST(Icmp, verifies_the_checksum_of_the_message_alone) {
  auto changed = message;
  changed[10] ^= std::byte{1};

  EXPECT_TRUE(Icmp::parse(message)->is_checksum_right());
  EXPECT_FALSE(Icmp::parse(changed)->is_checksum_right());
}

TEST(Icmp, verifies_the_checksum_of_icmpv6_with_the_addresses) {
  const auto icmp = Icmp::parse(message6).value();

  EXPECT_TRUE(icmp.is_checksum_right(src, dst));
  EXPECT_FALSE(icmp.is_checksum_right(src, src));
  EXPECT_FALSE(icmp.is_checksum_right());
}

}  // namespace
}  // namespace esplanade::net
