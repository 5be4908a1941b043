#include "core/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>

namespace esplanade::core {
namespace {

TEST(Hex, writes_two_lower_case_digits_an_octet) {
  EXPECT_EQ(to_hex(as_view("\x01\xab\xff")), "01abff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, reads_both_cases_and_an_optional_prefix) {
  const Bytes expected{std::byte{0x0a}, std::byte{0xbc}};

  EXPECT_EQ(from_hex("0abc"), expected);
  EXPECT_EQ(from_hex("0x0aBC"), expected);
  EXPECT_EQ(from_hex("0X0ABC"), expected);
  EXPECT_EQ(from_hex("0x"), Bytes{});
}

TEST(Hex, names_the_first_character_that_is_no_digit) {
  EXPECT_EQ(from_hex("0g").error(), (Error{Code::bad_hex, {1}}));
  EXPECT_EQ(from_hex("0x12-4").error(), (Error{Code::bad_hex, {4}}));
  EXPECT_EQ(from_hex("12 34").error(), (Error{Code::bad_hex, {2}}));
}

TEST(Hex, refuses_half_an_octet_at_the_end) {
  EXPECT_EQ(from_hex("123").error(), (Error{Code::bad_hex, {3}}));
  EXPECT_EQ(from_hex("0x1").error(), (Error{Code::bad_hex, {3}}));
}

TEST(Hex, reads_what_it_wrote) {
  ASSERT_TRUE(rc::check("from_hex(to_hex(b)) == b", [](const std::string& text) {
    const auto bytes = from_hex(to_hex(as_view(text)));
    RC_ASSERT(bytes.has_value());
    RC_ASSERT(std::ranges::equal(*bytes, as_view(text)));
  }));
}

TEST(Copy, leaves_what_lies_beyond_the_source) {
  std::array to{std::byte{1}, std::byte{2}, std::byte{3}};

  copy(as_view("a"), to);

  EXPECT_EQ(to_hex(to), "610203");
}

TEST(Copy, aborts_when_the_target_is_too_small) {
  std::array<std::byte, 1> to{};
  EXPECT_DEATH(copy(as_view("ab"), to), "bug at .*bytes.h");
}

}  // namespace
}  // namespace esplanade::core
