#include "tests/alloc/counting.h"

#include <gtest/gtest.h>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace esplanade::test {
namespace {

TEST(Counting, sees_operator_new) {
  const auto before = allocations();
  const auto number = std::make_unique<volatile int>(1);
  const auto after = allocations();

  EXPECT_EQ(after - before, 1U);
  EXPECT_EQ(*number, 1);
}

TEST(Counting, sees_what_a_shared_library_allocates) {
  const auto before = allocations();
  auto* copied = ::strdup("a text");
  const auto after = allocations();

  EXPECT_EQ(after - before, 1U);
  EXPECT_STREQ(copied, "a text");
  std::free(copied);
}

}  // namespace
}  // namespace esplanade::test
