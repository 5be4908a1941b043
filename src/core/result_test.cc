#include "core/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace esplanade::core {
namespace {

auto half_of(int number) -> Result<int> {
  if (number % 2 != 0) return failure(Code::bad_number, 7);
  return number / 2;
}

auto quarter_of(int number) -> Result<int> {
  const auto half = TRY(half_of(number));
  return TRY(half_of(half));
}

auto boxed(Result<std::unique_ptr<int>> box) -> Result<int> {
  const auto held = TRY(std::move(box));
  return *held;
}

TEST(Try, gives_the_value_of_a_success) { EXPECT_EQ(quarter_of(12), 3); }

TEST(Try, returns_the_first_error_with_its_place) {
  EXPECT_EQ(quarter_of(6).error(), (Error{Code::bad_number, Where{7}}));
}

TEST(Try, moves_what_cannot_be_copied) {
  EXPECT_EQ(boxed(std::make_unique<int>(5)), 5);
  EXPECT_EQ(boxed(failure(Code::exhausted)).error().code, Code::exhausted);
}

TEST(Code, has_a_name_of_its_own_for_every_value) {
  std::set<std::string_view> names;
  for (auto i = 0; i <= static_cast<int>(Code::system); ++i) {
    names.insert(name_of(static_cast<Code>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Code::system) + 1);
  EXPECT_EQ(name_of(Code::bad_key_length), "bad_key_length");
}

TEST(Ensure, says_where_it_was_called) {
  ensure(true);
  EXPECT_DEATH(ensure(false), "bug at .*result_test.cc:[0-9]+");
}

}  // namespace
}  // namespace esplanade::core
