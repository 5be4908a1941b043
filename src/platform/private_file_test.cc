#include "platform/private_file.h"

#include <gtest/gtest.h>

#include "platform/temporary_folder.h"

namespace esplanade::platform {
namespace {

TEST(ReplacePrivateFile, puts_new_octets_in_place_of_a_file_or_of_none) {
  const TemporaryFolder folder;
  const auto path = folder / "numbers";

  ASSERT_TRUE(replace_private_file(path, core::as_view("one")));
  EXPECT_EQ(folder.content(path), "one");
  ASSERT_TRUE(replace_private_file(path, core::as_view("another")));

  EXPECT_EQ(folder.content(path), "another");
  EXPECT_EQ(folder.mode(path), 0600U);
}

TEST(ReplacePrivateFile, clears_away_what_a_crash_has_left) {
  const TemporaryFolder folder;
  const auto path = folder / "numbers";
  (void)folder.make("numbers.new", "half of a");

  ASSERT_TRUE(replace_private_file(path, core::as_view("whole")));

  EXPECT_EQ(folder.content(path), "whole");
}

TEST(ReplacePrivateFile, leaves_what_is_there_when_it_cannot_write) {
  const TemporaryFolder folder;

  const auto done = replace_private_file(folder / "none/numbers", core::as_view("octets"));

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().to_string(),
            "cannot make " + (folder / "none/numbers.new") + ": No such file or directory");
}

}  // namespace
}  // namespace esplanade::platform
