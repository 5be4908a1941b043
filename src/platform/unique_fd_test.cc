#include "platform/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace esplanade::platform {
namespace {

auto open_null() -> UniqueFd { return UniqueFd{::open("/dev/null", O_RDONLY | O_CLOEXEC)}; }
auto is_valid(int descriptor) -> bool { return ::fcntl(descriptor, F_GETFD) >= 0; }

TEST(UniqueFd, closes_when_it_ends) {
  int number = -1;
  {
    const auto fd = open_null();
    number = fd.number();
    ASSERT_TRUE(is_valid(number));
  }
  EXPECT_FALSE(is_valid(number));
}

TEST(UniqueFd, has_one_owner_after_a_move) {
  auto first = open_null();
  const auto number = first.number();
  const UniqueFd second{std::move(first)};
  EXPECT_FALSE(first.is_open());
  EXPECT_EQ(second.number(), number);
}

TEST(UniqueFd, leaves_a_released_descriptor_open) {
  int number = -1;
  {
    auto fd = open_null();
    number = fd.release();
  }
  EXPECT_TRUE(is_valid(number));
  ::close(number);
}

}  // namespace
}  // namespace esplanade::platform
