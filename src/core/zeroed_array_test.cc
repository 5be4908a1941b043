#include "core/zeroed_array.h"

#include <gtest/gtest.h>
#include <algorithm>

namespace esplanade::core {
namespace {

struct alignas(64) Line {
  std::uint64_t words[8];
};

TEST(ZeroedArray, begins_with_zeroes_on_whole_lines) {
  ZeroedArray<Line> lines(1000);
  EXPECT_EQ(lines.all().size(), 1000U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&lines[0]) % 64, 0U);
  EXPECT_TRUE(std::ranges::all_of(lines.all(), [](const Line& line) {
    return std::ranges::all_of(line.words, [](std::uint64_t word) { return word == 0; });
  }));
  lines[999].words[7] = 5;
  EXPECT_EQ(lines.all().back().words[7], 5U);
}

}  // namespace
}  // namespace esplanade::core
