#include "iana/ip_protocol.h"

#include <gtest/gtest.h>

#include <utility>

namespace esplanade::iana {
namespace {

auto number_of(std::string_view name) -> int {
  const auto it = std::ranges::find(ip_protocols, name, &Row<IpProtocol>::name);
  return it == ip_protocols.end() ? -1 : std::to_underlying(it->value);
}

// The numbers are of the registry itself, so that a slip in the enumeration shows.
TEST(IpProtocol, has_the_registry_numbers_under_the_registry_names) {
  EXPECT_EQ(number_of("HOPOPT"), 0);
  EXPECT_EQ(number_of("ICMP"), 1);
  EXPECT_EQ(number_of("TCP"), 6);
  EXPECT_EQ(number_of("UDP"), 17);
  EXPECT_EQ(number_of("IPv6-Route"), 43);
  EXPECT_EQ(number_of("IPv6-Frag"), 44);
  EXPECT_EQ(number_of("ESP"), 50);
  EXPECT_EQ(number_of("AH"), 51);
  EXPECT_EQ(number_of("IPv6-ICMP"), 58);
  EXPECT_EQ(number_of("IPv6-Opts"), 60);
  EXPECT_EQ(number_of("Mobility Header"), 135);
}

TEST(IpProtocol, holds_numbers_that_have_no_row) {
  const IpProtocol unknown{253};
  EXPECT_EQ(find_row(ip_protocols, unknown), nullptr);
  EXPECT_EQ(std::to_underlying(unknown), 253);
}

}  // namespace
}  // namespace esplanade::iana
