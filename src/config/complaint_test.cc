#include "config/complaint.h"

#include <gtest/gtest.h>

namespace esplanade::config {
namespace {

auto complaint_at(std::size_t line, std::size_t column, std::string text) -> Complaint {
  return {.place = {.file = "gw.conf", .line = line, .column = column},
          .line = std::move(text),
          .what = "no such word",
          .hint = {}};
}

TEST(Complaint, shows_the_line_and_a_caret_under_the_column) {
  EXPECT_EQ(complaint_at(7, 10, "  mode = tunel").to_string(),
            "gw.conf:7:10: error: no such word\n"
            "  mode = tunel\n"
            "         ^\n");
}

TEST(Complaint, ends_with_the_hint) {
  auto complaint = complaint_at(1, 1, "x");
  complaint.hint = "did you mean `y`?";

  EXPECT_EQ(complaint.to_string(),
            "gw.conf:1:1: error: no such word\nx\n^\n  hint: did you mean `y`?\n");
}

TEST(Complaint, keeps_tabs_so_that_the_caret_stays_in_place) {
  EXPECT_EQ(complaint_at(2, 4, "\t\ta = b").to_string(),
            "gw.conf:2:4: error: no such word\n\t\ta = b\n\t\t ^\n");
}

TEST(Complaint, counts_characters_of_utf8_not_octets) {
  EXPECT_EQ(complaint_at(1, 6, "äöü: x").to_string(),
            "gw.conf:1:6: error: no such word\näöü: x\n     ^\n");
}

TEST(Complaint, puts_the_caret_behind_the_line_where_something_is_missing) {
  EXPECT_EQ(complaint_at(1, 4, "a").to_string(), "gw.conf:1:4: error: no such word\na\n   ^\n");
}

TEST(Complaint, about_a_whole_file_names_no_line) {
  EXPECT_EQ(complaint_at(0, 0, "").to_string(), "gw.conf: error: no such word\n");
}

TEST(Complaint, shows_no_control_characters) {
  EXPECT_EQ(complaint_at(1, 1, "a\x1b[2J\x7f").to_string(),
            "gw.conf:1:1: error: no such word\na?[2J?\n^\n");
}

}  // namespace
}  // namespace esplanade::config
