#include "platform/private_log.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <csignal>

#include "platform/temporary_folder.h"

namespace esplanade::platform {
namespace {

TEST(PrivateLog, is_readable_by_its_owner_only_whatever_the_umask) {
  const TemporaryFolder folder;
  const auto before = ::umask(0);
  const auto open = PrivateLog::create(folder / "a");
  ::umask(0277);
  const auto closed = PrivateLog::create(folder / "b");
  ::umask(before);
  ASSERT_TRUE(open && closed);
  EXPECT_EQ(folder.mode(folder / "a"), 0600u);
  EXPECT_EQ(folder.mode(folder / "b"), 0600u);
}

TEST(PrivateLog, holds_all_that_was_appended) {
  const TemporaryFolder folder;
  auto log = PrivateLog::create(folder / "log");
  ASSERT_TRUE(log);
  EXPECT_TRUE(log->append("one\n"));
  EXPECT_TRUE(log->append("two\n"));
  EXPECT_EQ(folder.content(folder / "log"), "one\ntwo\n");
}

TEST(PrivateLog, refuses_a_file_that_is_there) {
  const TemporaryFolder folder;
  const auto path = folder.make("log", "another's");
  const auto log = PrivateLog::create(path);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().to_string(), "cannot make " + path + ": File exists");
  EXPECT_EQ(folder.content(path), "another's");
}

TEST(PrivateLog, does_not_follow_a_symbolic_link) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder / "target", folder / "log");
  EXPECT_FALSE(PrivateLog::create(folder / "log"));
  EXPECT_FALSE(std::filesystem::exists(folder / "target"));
}

TEST(PrivateLog, says_when_the_system_takes_no_more) {
  const TemporaryFolder folder;
  auto log = PrivateLog::create(folder / "log");
  ASSERT_TRUE(log);
  ::rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const ::rlimit tiny{4, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &tiny);
  const auto done = log->append("longer than 4");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().number, EFBIG);
}

}  // namespace
}  // namespace esplanade::platform
