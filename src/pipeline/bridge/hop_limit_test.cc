#include "pipeline/bridge/hop_limit.h"

#include "net/ipv4.h"
#include "net/ipv6.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

auto ipv4(std::uint8_t ttl) -> core::Bytes {
  core::Bytes octets(net::ipv4_min_header);
  net::write_ipv4(std::span<std::byte, net::ipv4_min_header>{octets},
                  {.src = *net::Address::parse("10.1.0.2"),
                   .dst = *net::Address::parse("10.2.0.2"),
                   .protocol = iana::IpProtocol::udp,
                   .ttl = ttl});
  return octets;
}

TEST(HopLimit, of_ipv4_goes_down_by_one_and_the_checksum_stays_right) {
  for (const auto ttl : {2, 64, 255}) {
    auto octets = ipv4(static_cast<std::uint8_t>(ttl));
    EXPECT_TRUE(lower_hop_limit(octets));
    EXPECT_EQ(net::Ipv4::parse(octets)->ttl(), ttl - 1);
    EXPECT_TRUE(net::Ipv4::parse(octets)->is_checksum_right());
  }
}

TEST(HopLimit, of_ipv6_goes_down_by_one) {
  core::Bytes octets(net::ipv6_header_size);
  net::write_ipv6(std::span<std::byte, net::ipv6_header_size>{octets},
                  {.src = *net::Address::parse("fd00::1"),
                   .dst = *net::Address::parse("fd00::2"),
                   .next_header = iana::IpProtocol::udp,
                   .hop_limit = 2});
  EXPECT_TRUE(lower_hop_limit(octets));
  EXPECT_EQ(net::Ipv6::parse(octets)->hop_limit(), 1);
  EXPECT_FALSE(lower_hop_limit(octets));
  EXPECT_EQ(net::Ipv6::parse(octets)->hop_limit(), 1);
}

TEST(HopLimit, is_over_where_there_is_no_hop_left) {
  for (const auto ttl : {0, 1}) {
    auto octets = ipv4(static_cast<std::uint8_t>(ttl));
    const auto before = octets;
    EXPECT_FALSE(lower_hop_limit(octets));
    EXPECT_EQ(octets, before);
  }
}

}  // namespace
}  // namespace esplanade::pipeline
