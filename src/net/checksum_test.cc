#include "net/checksum.h"

#include "core/endian.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

namespace esplanade::net {
namespace {

auto octets(std::string_view hex) -> core::Bytes { return core::from_hex(hex).value(); }

/// RFC 1071, 1, word by word.
auto plain_checksum(core::View bytes) -> std::uint16_t {
  unsigned sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += std::to_integer<unsigned>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

// The example of RFC 1071, 3: the sum is ddf2.
TEST(Checksum, sums_the_example_of_rfc_1071) {
  EXPECT_EQ(Checksum{}.add(octets("0001f203f4f5f6f7")).finish(), 0xffff - 0xddf2);
}

TEST(Checksum, is_zero_over_data_that_holds_it) {
  EXPECT_EQ(Checksum{}.add(octets("45b8002e1234400040063ba7c0000201c6336402")).finish(), 0);
}

TEST(Checksum, pads_an_odd_octet_with_zero) {
  EXPECT_EQ(Checksum{}.add(octets("010203")).finish(), 0xffff - (0x0102 + 0x0300));
}

TEST(Checksum, of_nothing_is_all_ones) { EXPECT_EQ(Checksum{}.finish(), 0xffff); }

// Made by Scapy: a UDP datagram from 2001:db8::1 to 2001:db8::2.
TEST(Checksum, covers_the_pseudo_header) {
  const auto src = Address::parse("2001:db8::1").value();
  const auto dst = Address::parse("2001:db8::2").value();

  EXPECT_EQ(Checksum{}
                .add_pseudo_header(src, dst, iana::IpProtocol::udp, 11)
                .add(octets("01f41194000bcc78616263"))
                .finish(),
            0);
}

TEST(Checksum, agrees_with_the_plain_sum_in_one_piece_or_two) {
  ASSERT_TRUE(rc::check("any octets", [](const std::string& text, std::size_t cut) {
    const auto bytes = core::as_view(text);
    const auto even_cut = cut % (bytes.size() + 1) / 2 * 2;

    RC_ASSERT(Checksum{}.add(bytes).finish() == plain_checksum(bytes));
    RC_ASSERT(Checksum{}.add(bytes.first(even_cut)).add(bytes.subspan(even_cut)).finish() ==
              plain_checksum(bytes));
  }));
}

TEST(Checksum, carries_however_much_is_added) {
  const core::Bytes ones(65535, std::byte{0xff});
  EXPECT_EQ(Checksum{}.add(ones).finish(), plain_checksum(ones));
}

// The example of RFC 1624, 4, which equation 2 of RFC 1141 gets wrong.
TEST(UpdatedChecksum, solves_the_example_of_rfc_1624) {
  EXPECT_EQ(updated_checksum(0xdd2f, 0x5555, 0x3285), 0x0000);
}

TEST(UpdatedChecksum, equals_a_full_recomputation) {
  ASSERT_TRUE(rc::check(
      "any word of a header", [](std::array<std::uint16_t, 10> words, std::uint16_t after) {
        const auto at = *rc::gen::inRange<std::size_t>(1, words.size());
        words[0] |= 0x4500;  // a header is never all zero, the one case without a single answer
        const auto sum = [&] {
          Checksum checksum;
          for (const auto word : words) checksum.add16(word);
          return checksum.finish();
        };

        const auto checksum_before = sum();
        const auto before = std::exchange(words[at], after);

        RC_ASSERT(updated_checksum(checksum_before, before, after) == sum());
      }));
}

}  // namespace
}  // namespace esplanade::net
