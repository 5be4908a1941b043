#include "platform/clock.h"

#include <gtest/gtest.h>

namespace esplanade::platform {
namespace {

TEST(Clock, never_runs_backwards) {
  const auto before = monotonic_now();
  EXPECT_LE(before, monotonic_now());
}

TEST(Clock, counts_wall_time_from_1970) {
  using namespace std::chrono;
  const auto year_2020 = sys_days{2020y / January / 1}.time_since_epoch();
  const auto year_2200 = sys_days{2200y / January / 1}.time_since_epoch();
  EXPECT_GT(wall_now().since_epoch, year_2020);
  EXPECT_LT(wall_now().since_epoch, year_2200);
}

}  // namespace
}  // namespace esplanade::platform
