#include "config/syntax/tree_test_support.h"

#include <gmock/gmock.h>

namespace esplanade::config::syntax {
namespace {

using testing::HasSubstr;

TEST(Include, adds_to_the_section_it_stands_in) {
  MemoryLoader files;
  files.texts["main"] = "a = b\none {\n v = before\n include one.conf\n}\ninclude two.conf\n";
  files.texts["one.conf"] = "v = x\nsub { w = y }\nz = z\n";
  files.texts["two.conf"] = "one { sub { w = later } }\ntwo { x = 12 }";

  EXPECT_EQ(parsed(files), "a=b,one{v=x,z=z,sub{w=later}},two{x=12}");
}

TEST(Include, is_relative_to_the_file_it_stands_in) {
  MemoryLoader files;
  files.texts["main"] = "include conf.d/a.conf\ninclude /etc/c.conf";
  files.texts["conf.d/a.conf"] = "include ../b.conf\na = 1";
  files.texts["b.conf"] = "b = 1";
  files.texts["/etc/c.conf"] = "c = 1";

  EXPECT_EQ(parsed(files), "b=1,a=1,c=1");
}

TEST(Include, takes_all_files_of_a_pattern_in_order) {
  MemoryLoader files;
  files.texts["main"] = "include conf.d/*.conf # all\ninclude none/*.conf";
  files.texts["conf.d/1.conf"] = "k = 1";
  files.texts["conf.d/2.conf"] = "k = 2";
  files.texts["conf.d/3.txt"] = "k = 3";

  EXPECT_EQ(parsed(files), "k=2");
}

TEST(Include, takes_quoted_and_escaped_names_with_spaces) {
  MemoryLoader files;
  files.texts["main"] = "include \"a b\"\ninclude c\\ d\ns { include e }";
  files.texts["a b"] = "k = 1";
  files.texts["c d"] = "l = 2";
  files.texts["e"] = "m = 3";

  EXPECT_EQ(parsed(files), "k=1,l=2,s{m=3}");
}

TEST(Include, of_a_missing_file_is_told_where_it_stands) {
  EXPECT_EQ(parsed("a {\n  include b.conf\n}"),
            "main:2:3: error: cannot read b.conf: no such file\n  include b.conf\n  ^\n");
}

TEST(Include, of_itself_is_refused_with_the_way_there) {
  MemoryLoader files;
  files.texts["main"] = "include a";
  files.texts["a"] = "\ninclude ./main";

  EXPECT_EQ(parsed(files),
            "a:2:1: error: this file includes itself\ninclude ./main\n^\n"
            "  hint: main > a > main\n");
}

TEST(Include, has_a_greatest_depth) {
  MemoryLoader files;
  files.texts["main"] = "include 0";
  for (auto i = 0; i < 20; ++i) {
    files.texts[std::to_string(i)] = "include " + std::to_string(i + 1);
  }

  EXPECT_EQ(parsed(files),
            "9:1:1: error: includes nest deeper than 10\ninclude 10\n^\n"
            "  hint: main > 0 > 1 > 2 > 3 > 4 > 5 > 6 > 7 > 8 > 9 > 10\n");
}

TEST(Include, has_a_greatest_number_of_files) {
  MemoryLoader files;
  std::string ten;
  for (auto i = 0; i < 10; ++i) ten += "include a\n";
  files.texts = {{"main", "include b\ninclude b\ninclude b\ninclude b"}, {"b", ""}, {"a", "k = 1"}};
  for (auto i = 0; i < 40; ++i) files.texts["b"] += ten;

  EXPECT_THAT(parsed(files), HasSubstr("too many files are included"));
}

TEST(Include, shows_mistakes_of_the_included_file_in_it) {
  MemoryLoader files;
  files.texts["main"] = "a { include b }";
  files.texts["b"] = "k = 1\n}\n";

  EXPECT_EQ(parsed(files), "b:2:1: error: `}` closes no section of this file\n}\n^\n");
}

TEST(Include, of_no_configuration_at_all_is_told) {
  MemoryLoader files;

  EXPECT_EQ(parsed(files), "main: error: cannot read: no such file\n");
}

}  // namespace
}  // namespace esplanade::config::syntax
