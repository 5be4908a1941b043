#include "core/secret.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>

namespace esplanade::core {
namespace {

using Key = Secret<8>;

/// True if `text` stands anywhere in the memory of `object`.
template <class T>
auto holds(const T& object, std::string_view text) -> bool {
  const auto bytes = std::as_bytes(std::span{&object, 1});
  return !std::ranges::search(bytes, as_view(text)).empty();
}

TEST(Secret, reveals_what_it_was_given) {
  const Key key{as_view("secret")};
  EXPECT_EQ(to_hex(key.reveal()), to_hex(as_view("secret")));
  EXPECT_EQ(key.size(), 6u);
  EXPECT_FALSE(key.empty());
}

TEST(Secret, is_empty_and_wiped_after_a_move) {
  Key from{as_view("secret")};
  ASSERT_TRUE(holds(from, "secret"));

  const Key to{std::move(from)};

  EXPECT_TRUE(holds(to, "secret"));
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_FALSE(holds(from, "s"));
}

TEST(Secret, leaves_nothing_of_a_longer_value_it_replaces) {
  Key key{as_view("longlong")};
  key = Key{as_view("abc")};
  EXPECT_EQ(key.size(), 3u);
  EXPECT_FALSE(holds(key, "glong"));
}

TEST(Secret, survives_a_move_to_itself) {
  Key key{as_view("secret")};
  auto& same = key;
  key = std::move(same);
  EXPECT_EQ(to_hex(key.reveal()), to_hex(as_view("secret")));
}

TEST(Secret, is_wiped_when_it_ends) {
  alignas(Key) std::array<std::byte, sizeof(Key)> memory{};
  auto* const key = new (memory.data()) Key{as_view("secret")};
  ASSERT_TRUE(holds(*key, "secret"));

  std::destroy_at(key);

  // Volatile, or the compiler may answer for the object that has ended.
  const volatile std::byte* const at = memory.data();
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(std::byte{at[i]}, std::byte{0}) << i;
}

TEST(Secret, clones_where_two_owners_are_meant) {
  const Key key{as_view("secret")};
  const auto second = key.clone();
  EXPECT_TRUE(equal_constant_time(key.reveal(), second.reveal()));
  EXPECT_NE(key.reveal().data(), second.reveal().data());
}

TEST(Secret, aborts_when_given_more_than_it_holds) {
  EXPECT_DEATH(Key{as_view("ninechars")}, "bug at");
}

TEST(Wipe, overwrites_every_octet) {
  std::array<std::byte, 5> octets;
  octets.fill(std::byte{0x5a});
  wipe(octets);
  EXPECT_EQ(to_hex(octets), "0000000000");
}

TEST(EqualConstantTime, tells_lengths_apart) {
  EXPECT_FALSE(equal_constant_time(as_view("ab"), as_view("abc")));
  EXPECT_FALSE(equal_constant_time(as_view(""), as_view("a")));
  EXPECT_TRUE(equal_constant_time({}, {}));
}

TEST(EqualConstantTime, sees_a_difference_in_any_single_bit) {
  const auto bits_of_abcd = 32u;
  const auto original = from_hex("61626364").value();

  for (auto bit = 0u; bit < bits_of_abcd; ++bit) {
    auto changed = original;
    changed[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_FALSE(equal_constant_time(original, changed)) << bit;
  }
}

TEST(EqualConstantTime, agrees_with_plain_comparison) {
  ASSERT_TRUE(rc::check("same answer", [](const std::string& a, const std::string& b) {
    RC_ASSERT(equal_constant_time(as_view(a), as_view(b)) == (a == b));
    RC_ASSERT(equal_constant_time(as_view(a), as_view(std::string{a})));
  }));
}

}  // namespace
}  // namespace esplanade::core
