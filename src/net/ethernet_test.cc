#include "net/ethernet.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

auto group(std::string_view text) -> std::string {
  const auto mac = group_mac(*Address::parse(text));
  return mac ? core::to_hex(mac->octets) : "none";
}

TEST(Ethernet, is_written_as_it_was_read) {
  const auto octets = *core::from_hex(
      "02420a010001"
      "02420a010002"
      "86dd");
  const auto header = read_ethernet(std::span<const std::byte, ethernet_header_size>{octets});
  EXPECT_EQ(core::to_hex(header.dst.octets), "02420a010001");
  EXPECT_EQ(core::to_hex(header.src.octets), "02420a010002");
  EXPECT_EQ(header.type, EtherType::ipv6);
  std::array<std::byte, ethernet_header_size> out{};
  write_ethernet(out, header);
  EXPECT_TRUE(std::ranges::equal(out, octets));
}

TEST(Ethernet, knows_tags) {
  EXPECT_TRUE(is_tag(EtherType::vlan));
  EXPECT_TRUE(is_tag(EtherType::provider_vlan));
  EXPECT_FALSE(is_tag(EtherType::ipv4));
}

// RFC 1112, 6.4: the low 23 bits; RFC 2464, 7: the low 32 bits.
TEST(Ethernet, has_addresses_for_groups_and_none_for_hosts) {
  EXPECT_EQ(group("224.128.0.251"), "01005e0000fb");
  EXPECT_EQ(group("239.255.1.2"), "01005e7f0102");
  EXPECT_EQ(group("255.255.255.255"), "ffffffffffff");
  EXPECT_EQ(group("ff02::1:ff00:2"), "3333ff000002");
  EXPECT_EQ(group("192.0.2.1"), "none");
  EXPECT_EQ(group("240.0.0.1"), "none");
  EXPECT_EQ(group("fe80::1"), "none");
}

}  // namespace
}  // namespace esplanade::net
