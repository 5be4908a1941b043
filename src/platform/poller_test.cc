#include "platform/poller.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace esplanade::platform {
namespace {

using namespace std::chrono_literals;

/// Longer than any test may take: a wait that is not ended by its event fails by the time limit.
constexpr auto for_ever = 1h;

TEST(Poller, returns_when_another_thread_wakes_it) {
  auto poller = Poller::make().value();
  bool has_returned = false;

  std::thread other([&] { poller->wake(); });
  poller->wait(for_ever);
  has_returned = true;
  other.join();

  EXPECT_TRUE(has_returned);
}

TEST(Poller, returns_when_a_watched_descriptor_is_readable) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto reading = UniqueFd{ends[0]};
  const auto writing = UniqueFd{ends[1]};
  auto poller = Poller::make().value();
  poller->watch({-1, reading.number()});

  ASSERT_EQ(::write(writing.number(), "x", 1), 1);
  poller->wait(for_ever);

  char octet = 0;
  EXPECT_EQ(::read(reading.number(), &octet, 1), 1);
}

}  // namespace
}  // namespace esplanade::platform
