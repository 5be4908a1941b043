#include "ike/exchange/reassembly.h"

#include <gtest/gtest.h>

namespace esplanade::ike::exchange {
namespace {

using namespace std::chrono_literals;
using iana::PayloadType;

constexpr core::Time start{1h};

auto text(std::string_view from) -> core::Bytes {
  const auto view = core::as_view(from);
  return {view.begin(), view.end()};
}

auto fragment(std::uint16_t number, std::uint16_t total, std::uint32_t message_id = 1) -> Fragment {
  return {.message_id = message_id,
          .is_response = false,
          .number = number,
          .total = total,
          .first_inner = number == 1 ? PayloadType::id_i : PayloadType{}};
}

/// The whole, "" where something is missing.
auto put(Reassembly& reassembly, const Fragment& one, std::string_view octets) -> std::string {
  const auto whole = reassembly.add(one, text(octets), start);
  if (!whole || !*whole) return {};
  EXPECT_EQ((*whole)->first_inner, PayloadType::id_i);
  std::string joined;
  for (const auto octet : (*whole)->chain) joined += static_cast<char>(octet);
  return joined;
}

TEST(Reassembly, joins_fragments_in_any_order) {
  Reassembly reassembly;
  EXPECT_EQ(put(reassembly, fragment(3, 3), "c"), "");
  EXPECT_EQ(put(reassembly, fragment(1, 3), "a"), "");
  EXPECT_EQ(put(reassembly, fragment(2, 3), "b"), "abc");
  EXPECT_FALSE(reassembly.has(fragment(1, 3)));
}

TEST(Reassembly, takes_a_message_of_one_fragment) {
  Reassembly reassembly;
  EXPECT_EQ(put(reassembly, fragment(1, 1), "whole"), "whole");
}

TEST(Reassembly, leaves_out_copies) {
  Reassembly reassembly;
  EXPECT_EQ(put(reassembly, fragment(1, 2), "a"), "");
  EXPECT_TRUE(reassembly.has(fragment(1, 2)));
  EXPECT_EQ(put(reassembly, fragment(1, 2), "x"), "");
  EXPECT_EQ(put(reassembly, fragment(2, 2), "b"), "ab");
}

TEST(Reassembly, begins_anew_with_a_larger_total_and_leaves_out_a_smaller_one) {
  Reassembly reassembly;
  EXPECT_EQ(put(reassembly, fragment(1, 2), "a"), "");
  EXPECT_EQ(put(reassembly, fragment(1, 3), "A"), "");
  EXPECT_TRUE(reassembly.has(fragment(2, 2)));
  EXPECT_EQ(put(reassembly, fragment(2, 2), "b"), "");
  EXPECT_EQ(put(reassembly, fragment(2, 3), "B"), "");
  EXPECT_EQ(put(reassembly, fragment(3, 3), "C"), "ABC");
}

TEST(Reassembly, keeps_one_message_of_each_direction) {
  Reassembly reassembly;
  auto response = fragment(1, 2);
  response.is_response = true;
  EXPECT_EQ(put(reassembly, fragment(1, 2), "a"), "");
  EXPECT_EQ(put(reassembly, response, "A"), "");
  EXPECT_EQ(put(reassembly, fragment(2, 2), "b"), "ab");
}

TEST(Reassembly, keeps_as_many_messages_as_a_window_mixes_but_not_any_number) {
  Reassembly reassembly;
  constexpr auto most = static_cast<std::uint32_t>(Reassembly::most_unfinished);
  for (std::uint32_t id = 0; id < most; ++id) put(reassembly, fragment(1, 2, id), "a");
  EXPECT_EQ(reassembly.unfinished(), most);
  EXPECT_EQ(put(reassembly, fragment(2, 2, 0), "b"), "ab");

  put(reassembly, fragment(1, 2, most), "a");
  put(reassembly, fragment(1, 2, most + 1), "a");  // one too many: the oldest is forgotten
  EXPECT_EQ(reassembly.unfinished(), most);
  EXPECT_FALSE(reassembly.has(fragment(1, 2, 1)));
  EXPECT_TRUE(reassembly.has(fragment(1, 2, 2)));
}

TEST(Reassembly, forgets_what_was_begun_long_ago) {
  Reassembly reassembly;
  EXPECT_EQ(reassembly.oldest(), std::nullopt);
  EXPECT_TRUE(reassembly.add(fragment(1, 2, 0), text("a"), start));
  EXPECT_TRUE(reassembly.add(fragment(1, 2, 1), text("A"), start + 1s));
  EXPECT_EQ(reassembly.oldest(), start);

  reassembly.forget_until(start);

  EXPECT_EQ(reassembly.oldest(), start + 1s);
  EXPECT_EQ(put(reassembly, fragment(2, 2, 0), "b"), "");
  EXPECT_EQ(put(reassembly, fragment(2, 2, 1), "B"), "AB");
}

TEST(Reassembly, refuses_numbers_that_cannot_be) {
  Reassembly reassembly;
  EXPECT_FALSE(reassembly.add(fragment(0, 2), text("a"), start));
  EXPECT_FALSE(reassembly.add(fragment(3, 2), text("a"), start));
}

TEST(Reassembly, takes_no_more_than_a_message_can_have) {
  Reassembly reassembly;
  const std::string half(largest_message / 2 + 1, 'a');
  EXPECT_TRUE(reassembly.add(fragment(1, 3), text(half), start));
  const auto refused = reassembly.add(fragment(2, 3), text(half), start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Code::exhausted);
  EXPECT_FALSE(reassembly.has(fragment(1, 3)));  // and it keeps nothing of it
}

}  // namespace
}  // namespace esplanade::ike::exchange
