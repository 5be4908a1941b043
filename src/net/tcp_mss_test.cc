#include "net/tcp_mss.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr std::uint8_t syn = 0x02;

/// With a checksum that is right over the segment alone, which stays so if all changes are
/// followed.
auto segment(std::string_view options, std::uint8_t flags = syn) -> Bytes {
  auto octets = TcpSegment{.flags = flags, .options = hex(options), .data = {}}.bytes();
  const auto checksum = naive_checksum(octets);
  octets[16] = static_cast<std::byte>(checksum >> 8);
  octets[17] = static_cast<std::byte>(checksum);
  return octets;
}

auto lowered(Bytes octets, std::uint16_t most) -> Bytes {
  lower_mss(octets, most);
  return octets;
}

TEST(LowerMss, lowers_what_is_more_and_follows_with_the_checksum) {
  const auto octets = lowered(segment("020405b4"), 1300);

  EXPECT_EQ(u16(octets, 22), 1300U);
  EXPECT_EQ(naive_checksum(octets), 0U);
}

TEST(LowerMss, finds_the_option_behind_others_and_at_odd_places) {
  const auto octets = lowered(segment("01020405b40101010303070402000000"), 1300);

  EXPECT_EQ(u16(octets, 23), 1300U);
  EXPECT_EQ(naive_checksum(octets), 0U);
}

TEST(LowerMss, leaves_alone_what_is_less_or_opens_nothing_or_makes_no_sense) {
  constexpr std::uint8_t ack = 0x10;
  const auto all = {segment("020404b0"), segment("020405b4", ack),
                    segment("0101080a"), segment("000000000205b4ff"),
                    segment("02030505"), segment("0200000000000000"),
                    segment("010101fe"), Bytes{}};
  for (const auto& octets : all) EXPECT_EQ(lowered(octets, 1300), octets);
}

}  // namespace
}  // namespace esplanade::net
