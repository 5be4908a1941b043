#include "esp/trailer.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using core::Bytes;
using iana::IpProtocol;
using net::Verdict;
using test::hex;

/// `payload`, then 1 to `padding`, the pad length and next header 4.
auto padded(std::size_t payload, std::size_t padding) -> Bytes {
  Bytes octets(payload, std::byte{0xaa});
  for (std::size_t i = 1; i <= padding; ++i) octets.push_back(static_cast<std::byte>(i));
  octets.push_back(static_cast<std::byte>(padding));
  octets.push_back(std::byte{4});
  return octets;
}

TEST(Trailer, fills_up_to_the_alignment_and_no_further) {
  for (const std::size_t align : {1U, 4U, 8U, 16U}) {
    for (std::size_t payload = 0; payload < 100; ++payload) {
      const auto size = trailer_size_for(payload, align);
      EXPECT_EQ((payload + size) % align, 0U) << payload << " " << align;
      EXPECT_GE(size, 2U);
      EXPECT_LT(size, 2U + align);
    }
  }
}

TEST(Trailer, is_written_as_the_rfc_counts) {
  Bytes octets(9, std::byte{0xee});
  write_trailer(octets, IpProtocol::tcp);

  EXPECT_EQ(octets, hex("01020304050607"
                        "07"
                        "06"));
}

TEST(Trailer, is_written_without_padding) {
  Bytes octets(2);
  write_trailer(octets, IpProtocol::ipv6);

  EXPECT_EQ(octets, hex("0029"));
}

TEST(Trailer, is_written_with_the_most_padding) {
  Bytes octets(257);
  write_trailer(octets, IpProtocol::ipv4);

  EXPECT_EQ(octets, padded(0, 255));
}

TEST(Trailer, is_stripped_with_every_length_of_padding) {
  for (std::size_t padding = 0; padding <= 255; ++padding) {
    auto octets = padded(17, padding);
    const auto payload = strip_trailer(octets);
    ASSERT_TRUE(payload) << padding;
    EXPECT_EQ(payload->octets.size(), 17U);
    EXPECT_EQ(payload->octets.data(), octets.data());
    EXPECT_EQ(payload->next_header, IpProtocol::ipv4);
  }
}

TEST(Trailer, may_be_all_there_is) {
  for (const std::size_t padding : {0U, 2U, 255U}) {
    auto octets = padded(0, padding);
    const auto payload = strip_trailer(octets);
    ASSERT_TRUE(payload) << padding;
    EXPECT_TRUE(payload->octets.empty());
  }
}

TEST(Trailer, is_refused_where_any_octet_of_padding_is_wrong) {
  for (std::size_t padding = 1; padding <= 255; ++padding) {
    for (const auto wrong : {std::size_t{0}, padding / 2, padding - 1}) {
      auto octets = padded(17, padding);
      octets[17 + wrong] ^= std::byte{0x40};
      const auto payload = strip_trailer(octets);
      ASSERT_FALSE(payload) << padding << " " << wrong;
      EXPECT_EQ(payload.error(), Verdict::bad_padding);
    }
  }
}

TEST(Trailer, is_refused_where_padding_would_begin_before_the_packet) {
  for (std::size_t padding = 1; padding <= 255; ++padding) {
    auto octets = padded(0, padding);
    octets.erase(octets.begin());
    const auto payload = strip_trailer(octets);
    ASSERT_FALSE(payload) << padding;
    EXPECT_EQ(payload.error(), Verdict::bad_padding);
  }
}

TEST(Trailer, is_refused_where_there_is_no_room_for_it) {
  for (const std::size_t size : {0U, 1U}) {
    Bytes octets(size);
    const auto payload = strip_trailer(octets);
    ASSERT_FALSE(payload);
    EXPECT_EQ(payload.error(), Verdict::too_short);
  }
}

}  // namespace
}  // namespace esplanade::esp
