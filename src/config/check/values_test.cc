#include "config/check/values.h"

#include <gtest/gtest.h>

namespace esplanade::config::check {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(Values, numbers_are_decimal_or_hexadecimal_and_bounded) {
  EXPECT_EQ(*parse_number("256", 256, 300), 256U);
  EXPECT_EQ(*parse_number("0x1001", 256, 0xffffffff), 0x1001U);
  EXPECT_EQ(*parse_number("0XfF", 0, 255), 255U);
  for (const auto* text : {"", "255", "301", "-1", "+256", "256 ", "0x", "25 6", "1e3",
                           "99999999999999999999999999"}) {
    EXPECT_FALSE(parse_number(text, 256, 300)) << text;
  }
}

TEST(Values, yes_and_no_have_the_words_of_strongswan) {
  for (const auto* text : {"yes", "true", "enabled", "1", "Yes"}) EXPECT_TRUE(*parse_yes_no(text));
  for (const auto* text : {"no", "false", "disabled", "0"}) EXPECT_FALSE(*parse_yes_no(text));
  EXPECT_EQ(parse_yes_no("maybe").error().wanted, "`yes` or `no`");
}

TEST(Values, times_are_seconds_unless_a_unit_says_otherwise) {
  EXPECT_EQ(*parse_time("90"), core::Duration(seconds(90)));
  EXPECT_EQ(*parse_time("90s"), core::Duration(seconds(90)));
  EXPECT_EQ(*parse_time("5m"), core::Duration(seconds(300)));
  EXPECT_EQ(*parse_time("2 h"), core::Duration(hours(2)));
  EXPECT_EQ(*parse_time("1d"), core::Duration(hours(24)));
  EXPECT_EQ(*parse_time("0"), std::nullopt);
  for (const auto* text : {"", "h", "1w", "-1", "1.5h", "99999999999d"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Values, octets_come_in_units_of_1024) {
  EXPECT_EQ(*parse_octets("1000"), 1000U);
  EXPECT_EQ(*parse_octets("2k"), 2048U);
  EXPECT_EQ(*parse_octets("1M"), 1048576U);
  EXPECT_EQ(*parse_octets("4G"), 4294967296U);
  EXPECT_EQ(*parse_octets("0"), std::nullopt);
  EXPECT_FALSE(parse_octets("18446744073709551615k"));
  EXPECT_FALSE(parse_octets("1T"));
}

TEST(Values, outer_addresses_are_those_of_one_host) {
  EXPECT_EQ(parse_outer_address("2001:db8::1")->to_string(), "2001:db8::1");
  for (const auto* text : {"", "%any", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "gw.example.org",
                           "192.0.2.0/24", "192.0.2.1, 192.0.2.2"}) {
    EXPECT_FALSE(parse_outer_address(text)) << text;
  }
}

auto selectors(std::string_view text) {
  return parse_selectors(text, *net::Address::parse("192.0.2.1"));
}

TEST(Values, selectors_are_prefixes_ranges_and_addresses) {
  const auto parsed = selectors("10.1.0.0/16,fd01::/48 , 10.9.0.1-10.9.0.7, dynamic");

  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 4U);
  EXPECT_EQ(parsed->at(0).addresses.to_string(), "10.1.0.0/16");
  EXPECT_EQ(parsed->at(1).addresses.to_string(), "fd01::/48");
  EXPECT_EQ(parsed->at(2).addresses.first().to_string(), "10.9.0.1");
  EXPECT_EQ(parsed->at(3).addresses.last().to_string(), "192.0.2.1");
  EXPECT_EQ(parsed->at(0).protocol, std::nullopt);
  EXPECT_TRUE(parsed->at(0).ports.is_any());
}

TEST(Values, selectors_have_protocols_and_ports_in_brackets) {
  const auto parsed = selectors(
      "10.1.0.0/16[tcp/80],dynamic[UDP/1000-2000], ::/0[ipv6-icmp],"
      "::[47],10.0.0.1[6/any],10.0.0.2[any]");

  ASSERT_TRUE(parsed) << parsed.error().found;
  EXPECT_EQ(parsed->at(0).protocol, iana::IpProtocol::tcp);
  EXPECT_EQ(parsed->at(0).ports, (sa::PortRange{80, 80}));
  EXPECT_EQ(parsed->at(1).ports, (sa::PortRange{1000, 2000}));
  EXPECT_EQ(parsed->at(2).protocol, iana::IpProtocol::icmpv6);
  EXPECT_EQ(parsed->at(3).protocol, iana::IpProtocol{47});
  EXPECT_TRUE(parsed->at(4).ports.is_any());
  EXPECT_EQ(parsed->at(5).protocol, std::nullopt);
}

TEST(Values, selectors_of_icmp_have_type_and_code) {
  const auto parsed = selectors("10.1.0.0/16[icmp/8], ::/0[icmpv6/128(1)], dynamic[icmp/any]");

  ASSERT_TRUE(parsed) << parsed.error().found;
  EXPECT_EQ(parsed->at(0).ports, (sa::PortRange{0x0800, 0x08ff}));  // RFC 7296, 3.13.1
  EXPECT_EQ(parsed->at(1).ports, (sa::PortRange{0x8001, 0x8001}));
  EXPECT_TRUE(parsed->at(2).ports.is_any());
}

TEST(Values, selectors_name_the_item_that_is_wrong) {
  for (const auto* item :
       {"10.1.0.0/33", "", "any", "10.1.0.0/16[tcp/80", "10.0.0.1[]", "10.0.0.1[tcq]",
        "10.0.0.1[256]", "10.0.0.1[tcp/]", "10.0.0.1[tcp/9-8]", "10.0.0.1[tcp/65536]",
        "10.0.0.1[icmp/256]", "10.0.0.1[icmp/8(256)]", "10.0.0.1[icmp/8(0]", "10.0.0.1[esp/1]",
        "10.0.0.1[any/80]", "10.0.0.9-10.0.0.1", "10.0.0.1[tcp/gopher]", "10.0.0.1[any/opaque]",
        "10.0.0.1[tcp/opaque]"}) {
    const auto parsed = selectors("10.0.0.0/8, " + std::string(item));

    ASSERT_FALSE(parsed) << item;
    EXPECT_EQ(parsed.error().offset, 12U) << item;
  }
}

}  // namespace
}  // namespace esplanade::config::check
