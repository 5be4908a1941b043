#include "cli/decode/uat_reader.h"

#include <gtest/gtest.h>

namespace esplanade::cli::decode {
namespace {

using Rows = std::vector<std::vector<std::string>>;

auto rows_of(std::string_view text) -> Rows {
  Rows rows;
  UatReader reader{text};
  for (auto record = reader.next(); record.value(); record = reader.next()) {
    auto& row = rows.emplace_back();
    for (const auto& field : (*record)->fields) row.emplace_back(field.text());
  }
  return rows;
}

auto problem_in(std::string_view text) -> TableProblem {
  UatReader reader{text};
  for (auto record = reader.next();; record = reader.next()) {
    if (!record) return record.error();
    if (!*record) return {};
  }
}

TEST(UatReader, reads_fields_between_commas) {
  EXPECT_EQ(rows_of("\"a\",\"b c\",\"\"\n\"d\"\n"), (Rows{{"a", "b c", ""}, {"d"}}));
}

TEST(UatReader, passes_over_comments_and_blank_lines) {
  EXPECT_EQ(rows_of("# one\n\n \t\n  # two\n\"a\"\n"), (Rows{{"a"}}));
}

TEST(UatReader, takes_blanks_around_fields_and_carriage_returns) {
  EXPECT_EQ(rows_of(" \"a\" ,\t\"b\" \r\n"), (Rows{{"a", "b"}}));
}

TEST(UatReader, takes_an_empty_field_without_quotes) {
  EXPECT_EQ(rows_of("\"a\",,\"c\",\n"), (Rows{{"a", "", "c", ""}}));
}

TEST(UatReader, takes_hexadecimal_digits_without_quotes) {
  EXPECT_EQ(rows_of("0aF9,\"c\",12 \n"), (Rows{{"0aF9", "c", "12"}}));
  EXPECT_EQ(problem_in("0a0x"), (TableProblem{1, 4, "expected a comma or the end of the line"}));
}

TEST(UatReader, needs_no_newline_at_the_end) { EXPECT_EQ(rows_of("\"a\""), (Rows{{"a"}})); }

TEST(UatReader, reads_escapes) {
  EXPECT_EQ(rows_of(R"("\x22\x5Cx","\"\\")"), (Rows{{"\"\\x", "\"\\"}}));
}

TEST(UatReader, keeps_a_hash_inside_a_field) { EXPECT_EQ(rows_of("\"#a\""), (Rows{{"#a"}})); }

TEST(UatReader, tells_line_and_column_of_a_field_without_quotes) {
  EXPECT_EQ(problem_in("\"a\"\n\"b\", x\n"),
            (TableProblem{2, 6, "a field stands in double quotes"}));
}

TEST(UatReader, refuses_a_quote_that_is_not_closed) {
  EXPECT_EQ(problem_in("\"a\n\"b\"\n"), (TableProblem{1, 1, "the closing quote is missing"}));
}

TEST(UatReader, refuses_text_behind_a_field) {
  EXPECT_EQ(problem_in("\"a\" x"), (TableProblem{1, 5, "expected a comma or the end of the line"}));
}

TEST(UatReader, refuses_escapes_it_does_not_know) {
  EXPECT_EQ(problem_in(R"("\q")").column, 2U);
  EXPECT_EQ(problem_in(R"("\x2")").column, 2U);
  EXPECT_EQ(problem_in(R"("ab\)").column, 4U);
}

TEST(UatReader, refuses_a_field_longer_than_any_can_be) {
  const auto longest = "\"" + std::string(field_max, 'a') + "\"";
  EXPECT_EQ(problem_in(longest), TableProblem{});
  EXPECT_EQ(problem_in("\"" + std::string(field_max + 1, 'a') + "\"").column, 1U);
}

}  // namespace
}  // namespace esplanade::cli::decode
