#include "config/syntax/inherit.h"

#include "config/syntax/tree_test_support.h"

#include <gmock/gmock.h>

namespace esplanade::config::syntax {
namespace {

using testing::HasSubstr;

struct Row {
  std::string text;
  std::string tree;
};

// Precedence was compared with strongSwan 5.9.8.
const auto rows = std::to_array<Row>({
    {"b { k = 1\n l = 1 }\nc : b { k = 2 }", "b{k=1,l=1},c{k=2,l=1}"},
    {"c : b { }\nb { k = 1 }", "c{k=1},b{k=1}"},
    {"a { k = 1 }\nb { k = 2\n l = 2 }\nc : a, b { }", "a{k=1},b{k=2,l=2},c{k=1,l=2}"},
    {"a { k = 1 }\nb { k = 2\n l = 2 }\nc : b, a { }", "a{k=1},b{k=2,l=2},c{k=2,l=2}"},
    {"b { k = 1 }\nc : b { k = }\nd : c { }", "b{k=1},c{k!},d{k!}"},
    {"b { k = \"\" }\nc : b { }", "b{k=},c{k=}"},
    {"b { s { k = 1\n l = 1 } }\nc : b { s { k = 2 } }", "b{s{k=1,l=1}},c{s{k=2,l=1}}"},
    {"t { base { k = 1 } }\nm { x : t.base { } }", "t{base{k=1}},m{x{k=1}}"},
    {"m { a { k = 1 }\n b : m.a { } }", "m{a{k=1},b{k=1}}"},
    {"a { s { x = 1 } }\nb : a { }\nc : b.s { }", "a{s{x=1}},b{s{x=1}},c{x=1}"},
    {"a { k = 1 }\nb : a { l = 1 }\nc : b { }", "a{k=1},b{l=1,k=1},c{l=1,k=1}"},
    {"t { k = t }\nb { s { k = b } }\nc : b { s : t { } }", "t{k=t},b{s{k=b}},c{s{k=t}}"},
    {"a { k = 1 }\nb { l = 1 }\nc : a { }\nc : b { }", "a{k=1},b{l=1},c{k=1,l=1}"},
    {"a { x { } }\nc : a { y { } }", "a{x{}},c{y{},x{}}"},
    {"a { k = 1 }\nc :\n a # base\n { }", "a{k=1},c{k=1}"},
});

TEST(Inherit, takes_what_the_section_itself_has_not) {
  for (const auto& row : rows) EXPECT_EQ(inherited(row.text), row.tree) << row.text;
}

TEST(Inherit, complains_about_a_section_that_is_not_there) {
  EXPECT_EQ(inherited("a {\n b : t.base { }\n}\nt { }"),
            "main:2:6: error: there is no section `t.base`\n b : t.base { }\n     ^\n"
            "  hint: a reference is a path from the root of the file, with dots\n");
}

TEST(Inherit, looks_a_name_up_from_the_root_only) {
  EXPECT_THAT(inherited("m { a { }\n b : a { } }"), HasSubstr("there is no section `a`"));
}

TEST(Inherit, complains_about_references_in_a_circle) {
  EXPECT_THAT(inherited("a : a { }"), HasSubstr("main:1:5: error: `a` leads back to itself"));
  EXPECT_THAT(inherited("a : b { }\nb : a { }"), HasSubstr("`b` leads back to itself"));
}

TEST(Inherit, complains_about_a_section_inside_itself) {
  EXPECT_THAT(inherited("a { s : a { } }"),
              HasSubstr("main:1:5: error: `s` inherits a section that it is a part of"));
}

TEST(Inherit, stops_before_references_fill_the_memory) {
  std::string text = "a0 { k = 1 }\n";
  for (auto i = 1; i < 30; ++i) {
    const auto base = "a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + " { x : " + base + " { }\ny : " + base + " { } }\n";
  }

  EXPECT_THAT(inherited(text), HasSubstr("references make too many sections"));
}

}  // namespace
}  // namespace esplanade::config::syntax
