#include "platform/capabilities.h"

#include <cap-ng.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace esplanade::platform {
namespace {

/// What `test` says in a process of its own, which it may change for good.
auto holds_in_a_child(const std::function<bool()>& test) -> bool {
  const auto child = ::fork();
  if (child == 0) ::_exit(test() ? 0 : 1);
  int status = 0;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

auto drop() -> bool { return drop_to({CAP_NET_ADMIN, CAP_NET_RAW}).has_value(); }

auto has(capng_type_t set, unsigned capability) -> bool {
  capng_get_caps_process();
  return capng_have_capability(set, capability) == 1;
}

struct CapabilitiesTest : testing::Test {
  void SetUp() override { ASSERT_EQ(::geteuid(), 0u) << "this test runs as root only"; }
};

TEST_F(CapabilitiesTest, that_are_named_stay) {
  EXPECT_TRUE(holds_in_a_child([] {
    return drop() && has(CAPNG_EFFECTIVE, CAP_NET_ADMIN) && has(CAPNG_PERMITTED, CAP_NET_RAW);
  }));
}

TEST_F(CapabilitiesTest, that_are_not_named_leave_every_set) {
  EXPECT_TRUE(holds_in_a_child([] {
    if (!drop()) return false;
    for (unsigned capability = 0; capability <= CAP_LAST_CAP; ++capability) {
      const auto is_kept = capability == CAP_NET_ADMIN || capability == CAP_NET_RAW;
      if (has(CAPNG_EFFECTIVE, capability) != is_kept) return false;
      if (has(CAPNG_PERMITTED, capability) != is_kept) return false;
      if (has(CAPNG_INHERITABLE, capability) || has(CAPNG_BOUNDING_SET, capability)) return false;
    }
    return true;
  }));
}

TEST_F(CapabilitiesTest, do_not_come_back_by_running_a_program) {
  EXPECT_TRUE(holds_in_a_child([] {
    return drop() && ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
           std::system("grep -q 'CapEff:.*0000000000000000' /proc/self/status") == 0;
  }));
}

TEST_F(CapabilitiesTest, may_go_while_the_user_stays) {
  EXPECT_TRUE(holds_in_a_child([] { return drop() && ::geteuid() == 0; }));
}

TEST_F(CapabilitiesTest, that_nobody_knows_are_an_error) {
  EXPECT_TRUE(holds_in_a_child([] { return !drop_to({1000}).has_value(); }));
}

}  // namespace
}  // namespace esplanade::platform
