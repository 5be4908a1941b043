#include "core/rate.h"

#include <gtest/gtest.h>

namespace esplanade::core {
namespace {

using namespace std::chrono_literals;

constexpr auto start = Time{100s};

auto admitted(Rate& rate, Time now, int tries) -> int {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += rate.admit(now) ? 1 : 0;
  return count;
}

TEST(Rate, admits_a_burst_and_then_waits) {
  Rate rate{{.per_second = 10, .burst = 20}};

  EXPECT_EQ(admitted(rate, start, 1000), 20);
  EXPECT_EQ(admitted(rate, start + 50ms, 1000), 0);
}

TEST(Rate, gains_what_time_brings_up_to_the_burst) {
  Rate rate{{.per_second = 10, .burst = 20}};
  EXPECT_EQ(admitted(rate, start, 1000), 20);

  EXPECT_EQ(admitted(rate, start + 500ms, 1000), 5);
  EXPECT_EQ(admitted(rate, start + 1h, 1000), 20);
}

}  // namespace
}  // namespace esplanade::core
