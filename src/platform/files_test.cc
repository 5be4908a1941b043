#include "platform/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "platform/temporary_folder.h"

namespace esplanade::platform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

auto text_of(const config::KeyFile& file) -> std::string {
  const auto octets = file.text.reveal();
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

struct FilesTest : testing::Test {
  TemporaryFolder folder;
  Files files;
};

TEST_F(FilesTest, reads_a_text) {
  const auto text = files.read(folder.make("gw.conf", "manual { }\n", 0644));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "manual { }\n");
}

TEST_F(FilesTest, says_why_a_text_cannot_be_had) {
  EXPECT_EQ(files.read(folder / "missing").error().why, "No such file or directory");
  EXPECT_EQ(files.read(folder / ".").error().why, "it is not a regular file");
  const auto long_file = folder.make("long", std::string((1 << 20) + 1, ' '));
  EXPECT_EQ(files.read(long_file).error().why, "it is longer than 1048576 octets");
}

TEST_F(FilesTest, refuses_a_fifo_without_waiting_for_its_writer) {
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(files.read(folder / "fifo").error().why, "it is not a regular file");
}

TEST_F(FilesTest, finds_what_a_pattern_stands_for) {
  const auto b = folder.make("b.conf", "");
  const auto a = folder.make("a.conf", "");
  folder.make("c.txt", "");
  EXPECT_THAT(files.glob(folder / "*.conf"), ElementsAre(a, b));
  EXPECT_THAT(files.glob(folder / "*.none"), IsEmpty());
  EXPECT_THAT(files.glob("/no/such/file"), ElementsAre("/no/such/file"));
}

TEST_F(FilesTest, reads_a_key_file) {
  const auto file = files.read_key_file(folder.make("a.key", "key = 0x00"));
  ASSERT_TRUE(file);
  EXPECT_EQ(text_of(*file), "key = 0x00");
  EXPECT_FALSE(file->is_used);
}

TEST_F(FilesTest, says_when_a_key_file_has_been_used) {
  folder.make("a.key.used", "key = 0x00");
  const auto file = files.read_key_file(folder / "a.key");
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->is_used);
  EXPECT_EQ(text_of(*file), "key = 0x00");
}

TEST_F(FilesTest, refuses_a_new_key_file_beside_a_used_one) {
  folder.make("a.key.used", "old");
  folder.make("a.key", "new");
  const auto file = files.read_key_file(folder / "a.key");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().why, HasSubstr("a.key.used, of keys that are used up"));
}

TEST_F(FilesTest, takes_a_used_key_file_for_what_it_is_by_its_own_name) {
  EXPECT_TRUE(files.read_key_file(folder.make("a.key.used", "key"))->is_used);
}

TEST_F(FilesTest, refuses_a_key_file_that_others_may_read_or_write) {
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0610u}) {
    const auto file = files.read_key_file(folder.make("a.key", "key", mode));
    ASSERT_FALSE(file) << std::oct << mode;
    EXPECT_THAT(file.error().why, HasSubstr("chmod 600"));
  }
  folder.make("b.key.used", "key", 0644);
  EXPECT_THAT(files.read_key_file(folder / "b.key").error().why, HasSubstr("mode is 0644"));
}

TEST_F(FilesTest, refuses_a_key_file_of_another_user) {
  const auto path = folder.make("a.key", "key");
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0) << "this test runs as root only";
  EXPECT_EQ(files.read_key_file(path).error().why, "it belongs to user id 12345");
}

TEST_F(FilesTest, refuses_a_key_file_behind_a_symbolic_link) {
  const auto target = folder.make("target", "key");
  std::filesystem::create_symlink(target, folder / "a.key");
  EXPECT_EQ(files.read_key_file(folder / "a.key").error().why, "it is a symbolic link");
}

TEST_F(FilesTest, refuses_a_key_file_that_is_too_long) {
  EXPECT_TRUE(files.read_key_file(folder.make("a.key", std::string(4096, 'k'))));
  const auto file = files.read_key_file(folder.make("b.key", std::string(4097, 'k')));
  EXPECT_EQ(file.error().why, "it is longer than 4096 octets");
}

TEST_F(FilesTest, says_when_there_is_no_key_file) {
  EXPECT_EQ(files.read_key_file(folder / "a.key").error().why, "No such file or directory");
}

}  // namespace
}  // namespace esplanade::platform
