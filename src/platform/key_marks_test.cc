#include "platform/key_marks.h"

#include <gtest/gtest.h>

#include "platform/temporary_folder.h"

namespace esplanade::platform {
namespace {

struct KeyMarksTest : testing::Test {
  TemporaryFolder folder;
  config::KeyText text{core::as_view("key = 0x00\n")};
};

TEST_F(KeyMarksTest, rename_a_file_that_has_been_used) {
  const auto path = folder.make("a.key", "key");
  ASSERT_TRUE(record_as_used(path));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(folder.content(path + ".used"), "key");
}

TEST_F(KeyMarksTest, never_replace_an_older_used_file) {
  const auto path = folder.make("a.key", "new");
  folder.make("a.key.used", "old");
  const auto done = record_as_used(path);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().number, EEXIST);
  EXPECT_EQ(folder.content(path), "new");
  EXPECT_EQ(folder.content(path + ".used"), "old");
}

TEST_F(KeyMarksTest, say_when_there_is_nothing_to_rename) {
  const auto done = record_as_used(folder / "a.key");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().to_string(),
            "cannot record " + (folder / "a.key") + " as used: No such file or directory");
}

TEST_F(KeyMarksTest, mark_no_file_twice) {
  const auto path = folder.make("a.key.used", "key");
  EXPECT_FALSE(record_as_used(path));
  EXPECT_EQ(folder.content(path), "key");
  EXPECT_FALSE(write_new_key_file(folder / "b.key.used", text));
}

TEST_F(KeyMarksTest, do_not_rename_a_symbolic_link) {
  std::filesystem::create_symlink(folder.make("target", "key"), folder / "a.key");
  EXPECT_FALSE(record_as_used(folder / "a.key"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "a.key"));
}

TEST_F(KeyMarksTest, write_a_file_only_its_owner_may_read) {
  const auto before = ::umask(0777);
  const auto done = write_new_key_file(folder / "a.key", text);
  ::umask(before);
  ASSERT_TRUE(done);
  EXPECT_EQ(folder.mode(folder / "a.key"), 0600u);
  EXPECT_EQ(folder.content(folder / "a.key"), "key = 0x00\n");
}

TEST_F(KeyMarksTest, never_write_over_a_file) {
  const auto path = folder.make("a.key", "old");
  EXPECT_EQ(write_new_key_file(path, text).error().number, EEXIST);
  EXPECT_EQ(folder.content(path), "old");
}

TEST_F(KeyMarksTest, never_write_beside_a_used_file) {
  folder.make("a.key.used", "old");
  EXPECT_EQ(write_new_key_file(folder / "a.key", text).error().number, EEXIST);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.key"));
}

TEST_F(KeyMarksTest, do_not_write_through_a_symbolic_link) {
  std::filesystem::create_symlink(folder / "target", folder / "a.key");
  EXPECT_FALSE(write_new_key_file(folder / "a.key", text));
  EXPECT_FALSE(std::filesystem::exists(folder / "target"));
}

TEST_F(KeyMarksTest, work_on_a_path_without_a_folder) {
  const auto home = std::filesystem::current_path();
  std::filesystem::current_path(folder / "");
  const auto written = write_new_key_file("a.key", text);
  const auto renamed = record_as_used("a.key");
  std::filesystem::current_path(home);
  EXPECT_TRUE(written);
  EXPECT_TRUE(renamed);
  EXPECT_TRUE(std::filesystem::exists(folder / "a.key.used"));
}

}  // namespace
}  // namespace esplanade::platform
