#include "platform/system_error.h"

#include <gtest/gtest.h>

namespace esplanade::platform {
namespace {

TEST(SystemError, says_what_and_why) {
  const SystemError error{"open gw.key", ENOENT};
  EXPECT_EQ(error.to_string(), "cannot open gw.key: No such file or directory");
}

TEST(SystemError, says_only_what_without_a_number) {
  const SystemError error{"read a.pcap: bad magic", 0};
  EXPECT_EQ(error.to_string(), "cannot read a.pcap: bad magic");
}

TEST(SystemError, takes_errno_by_itself) {
  errno = EACCES;
  EXPECT_EQ(system_failure("send").error().number, EACCES);
}

}  // namespace
}  // namespace esplanade::platform
