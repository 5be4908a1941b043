#include "cli/decode/patterns.h"

#include <gtest/gtest.h>

namespace esplanade::cli::decode {
namespace {

auto address_matches(std::string_view pattern, std::string_view address) -> bool {
  return AddressPattern::parse(pattern).value().matches(net::Address::parse(address).value());
}

auto spi_matches(std::string_view pattern, std::uint32_t spi) -> bool {
  return SpiPattern::parse(pattern).value().matches(core::Spi{spi});
}

TEST(AddressPattern, matches_itself_alone) {
  EXPECT_TRUE(address_matches("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(address_matches("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(address_matches("2001:DB8::0:1", "2001:db8::1"));
}

TEST(AddressPattern, matches_everything_as_a_star) {
  EXPECT_TRUE(address_matches("*", "192.0.2.1"));
  EXPECT_TRUE(address_matches("*", "2001:db8::1"));
  EXPECT_EQ(AddressPattern::parse("*").value().family(), std::nullopt);
}

TEST(AddressPattern, takes_a_star_for_an_octet_or_a_group) {
  EXPECT_TRUE(address_matches("10.*.0.1", "10.200.0.1"));
  EXPECT_FALSE(address_matches("10.*.0.1", "10.200.0.2"));
  EXPECT_TRUE(address_matches("2001:db8::*", "2001:db8::abcd"));
  EXPECT_FALSE(address_matches("2001:db8::*", "2001:db8::1:abcd"));
}

TEST(AddressPattern, takes_a_prefix) {
  EXPECT_TRUE(address_matches("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(address_matches("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(address_matches("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(address_matches("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(AddressPattern, of_one_family_never_matches_the_other) {
  EXPECT_FALSE(address_matches("0.0.0.0/0", "::"));
  EXPECT_FALSE(address_matches("::/0", "0.0.0.0"));
}

TEST(AddressPattern, refuses_what_is_no_pattern) {
  for (const auto* text :
       {"", "10.0.0", "10.1*.0.1", "300.*.0.1", "10.0.0.0/33", "gateway", "**"}) {
    EXPECT_FALSE(AddressPattern::parse(text)) << text;
  }
  EXPECT_EQ(AddressPattern::parse("gw").error(),
            "\"gw\" is no IP address, prefix or pattern of one");
}

TEST(SpiPattern, reads_hexadecimal_and_decimal) {
  EXPECT_TRUE(spi_matches("0x00001001", 0x1001));
  EXPECT_TRUE(spi_matches("0X1001", 0x1001));
  EXPECT_TRUE(spi_matches("4097", 0x1001));
  EXPECT_FALSE(spi_matches("0x00001001", 0x1002));
}

TEST(SpiPattern, takes_stars_for_digits) {
  EXPECT_TRUE(spi_matches("*", 0xffffffff));
  EXPECT_TRUE(spi_matches("0x000010**", 0x10ab));
  EXPECT_FALSE(spi_matches("0x000010**", 0x11ab));
  EXPECT_TRUE(spi_matches("0x********", 0x12345678));
}

TEST(SpiPattern, refuses_what_is_no_spi) {
  for (const auto* text : {"", "0x", "0x123456789", "12ab", "40*7", "-1", "0x12 "}) {
    EXPECT_FALSE(SpiPattern::parse(text)) << text;
  }
}

}  // namespace
}  // namespace esplanade::cli::decode
