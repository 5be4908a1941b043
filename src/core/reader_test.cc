#include "core/reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace esplanade::core {
namespace {

TEST(Reader, reads_numbers_in_network_order) {
  Reader r{as_view("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f")};

  EXPECT_EQ(r.u8(), 0x01);
  EXPECT_EQ(r.u16(), 0x0203);
  EXPECT_EQ(r.u32(), 0x04050607u);
  EXPECT_EQ(r.u64(), 0x08090a0b0c0d0e0fu);
  EXPECT_TRUE(r.finished());
}

TEST(Reader, gives_nothing_more_after_the_first_shortfall) {
  Reader r{as_view("abc")};

  EXPECT_EQ(r.u32(), 0u);

  EXPECT_EQ(r.u8(), 0);
  EXPECT_TRUE(r.take(1).empty());
  EXPECT_TRUE(r.rest().empty());
  EXPECT_TRUE(r.failed());
  EXPECT_FALSE(r.more());
  EXPECT_FALSE(r.finished());
}

TEST(Reader, stays_where_the_shortfall_happened) {
  Reader r{as_view("abc")};
  r.skip(2);
  r.skip(2);
  EXPECT_EQ(r.offset(), 2u);
}

TEST(Reader, is_not_finished_while_octets_are_left) {
  Reader r{as_view("ab")};
  r.skip(1);
  EXPECT_FALSE(r.finished());
  EXPECT_TRUE(r.more());
}

TEST(Reader, takes_the_rest_once) {
  Reader r{as_view("abc")};
  r.skip(1);

  EXPECT_EQ(to_hex(r.rest()), "6263");
  EXPECT_TRUE(r.finished());
  EXPECT_TRUE(r.rest().empty());
  EXPECT_FALSE(r.failed());
}

TEST(Reader, refuses_a_count_that_would_wrap_around) {
  Reader r{as_view("abc")};
  r.skip(2);
  r.skip(static_cast<std::size_t>(-1));
  EXPECT_TRUE(r.failed());
}

/// How many octets one random instruction wants, and whether `r` gave exactly them.
auto obeys(Reader& r, unsigned instruction, std::size_t left) -> bool {
  const auto wanted = std::size_t{instruction % 12};
  const auto before = r.offset();
  const auto should_fail = r.failed() || wanted > left;
  const auto taken = r.take(wanted);
  if (should_fail) return taken.empty() && r.failed() && r.offset() == before;
  return taken.size() == wanted && r.offset() == before + wanted;
}

TEST(Reader, never_leaves_its_octets_whatever_is_asked) {
  ASSERT_TRUE(rc::check("take() agrees with counting",
                        [](const std::string& text, const std::vector<unsigned>& program) {
                          Reader r{as_view(text)};
                          for (const auto instruction : program) {
                            RC_ASSERT(obeys(r, instruction, text.size() - r.offset()));
                          }
                          RC_ASSERT(r.offset() <= text.size());
                        }));
}

TEST(Reader, gives_octets_from_where_it_stands) {
  ASSERT_TRUE(rc::check("pieces join to the whole", [](const std::string& text, std::uint8_t size) {
    Reader r{as_view(text)};
    Bytes joined;
    while (r.more()) {
      const auto piece = r.take(std::min<std::size_t>(size % 7 + 1, text.size() - r.offset()));
      joined.insert(joined.end(), piece.begin(), piece.end());
    }
    RC_ASSERT(std::ranges::equal(joined, as_view(text)));
  }));
}

}  // namespace
}  // namespace esplanade::core
