#include "config/syntax/parse.h"

#include "config/syntax/tree_test_support.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace esplanade::config::syntax {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Row {
  std::string text;
  std::string tree;
};

// What strongSwan 5.9.8 makes of the same text.
const auto as_strongswan = std::to_array<Row>({
    {"", ""},
    {"a = b", "a=b"},
    {"a=b\nc\t=\td\r\n", "a=b,c=d"},
    {"a { k = v }", "a{k=v}"},
    {"a\n{ k = v\n}", "a{k=v}"},
    {"a { } b { }", "a{},b{}"},
    {"a # x { \n { b { k = v\n } }", "a{b{k=v}}"},
    {"k = v # comment\n# k = w\n", "k=v"},
    {"k = a#b", "k=a"},
    {"k = a:b.c,d::/48", "k=a:b.c,d::/48"},
    {"k =", "k!"},
    {"k = # nothing", "k!"},
    {"k = \"\"", "k="},
    {"k = one  two\t three", "k=one two three"},
    {"k = one  \"two  three\" four", "k=one two  three four"},
    {"k = a\"b\"c", "k=a b c"},
    {"k = \"a # } b\"", "k=a # } b"},
    {"k = \"a\\tb\\n\\r\\\"\\\\\\x\"", "k=a\tb\n\r\"\\x"},
    {"k = \"a\\\n  b\"", "k=a  b"},
    {"k = \"a\nb\"", "k=a\nb"},
    {"k = a=b", "k=a=b"},
    {"include = 5", "include=5"},
    {"a { k = 1\n l = 1\n }\n b = 2\n a { k = 3 }", "b=2,a{k=3,l=1}"},
    {"k = 1\nl = 2\nk = 3", "k=3,l=2"},
    {"connections { a { id = C=CH, O=Our CN=gw } }", "connections{a{id=C=CH, O=Our CN=gw}}"},
    {"connections { k = a b = 2 }", "connections{k=a b = 2}"},
    {"connections { k = { }", "connections{k={}"},
    {"a-b_c%d/e@f { k = v }", "a-b_c%d/e@f{k=v}"},
});

TEST(Parse, reads_what_strongswan_reads) {
  for (const auto& row : as_strongswan) EXPECT_EQ(parsed(row.text), row.tree) << row.text;
}

// Where we differ: docs/adr/0005-several-settings-on-one-line.md
const auto as_ours = std::to_array<Row>({
    {"out { spi = 0x1001   esp = aes128gcm16       key_file = keys/a-to-b.key }",
     "out{spi=0x1001,esp=aes128gcm16,key_file=keys/a-to-b.key}"},
    {"k = a b = 2 # c", "k=a,b=2"},
    {"k = a b=2", "k=a,b=2"},
    {"k = 10.1.0.0/16, fd01::/48 l = x", "k=10.1.0.0/16, fd01::/48,l=x"},
    {"k = \"a b = 2\" l = 3", "k=a b = 2,l=3"},
    {"k = \"a\" l = 3", "k=a,l=3"},
    {"k = a = b", "k=a = b"},
    {"k = b = c", "k=b = c"},
    {"k = a 1x = 2", "k=a 1x = 2"},
    {"k = a a.b = 2", "k=a a.b = 2"},
    {"in { a = 1 b = 2 } out { a = 3 }", "in{a=1,b=2},out{a=3}"},
});

TEST(Parse, takes_several_settings_on_a_line_of_our_own_sections) {
  for (const auto& row : as_ours) EXPECT_EQ(parsed(row.text), row.tree) << row.text;
}

const auto wrong = std::to_array<Row>({
    {"a = b\nc\n", "main:2:1: error: expected `=`, `{` or `:` after `c`\nc\n^\n"},
    {"a b = 1", "main:1:1: error: expected `=`, `{` or `:` after `a`\na b = 1\n^\n"},
    {"{ a = 1 }", "main:1:1: error: expected a setting or a section\n{ a = 1 }\n^\n"},
    {"a {\n b {\n }\n", "main:1:1: error: section `a` is not closed by `}`\na {\n^\n"},
    {"a = b } ", "main:1:7: error: `}` closes no section of this file\na = b } \n      ^\n"},
    {"a {\n  k = \"b\n}\n",
     "main:2:7: error: this text has no closing double quote\n  k = \"b\n      ^\n"},
    {"k = \"x\\", "main:1:5: error: this text has no closing double quote\nk = \"x\\\n    ^\n"},
    {"a : b", "main:1:6: error: expected `{` of `a`\na : b\n     ^\n"},
    {"a : { }",
     "main:1:5: error: expected the name of a section to inherit from\na : { }\n    ^\n"},
    {"a.b { }",
     "main:1:2: error: a name has no dot in it\na.b { }\n ^\n"
     "  hint: a section in a section is `a { b { } }`\n"},
    {"\"a\" = b", "main:1:1: error: expected a setting or a section\n\"a\" = b\n^\n"},
    {"include #\n", "main:1:9: error: `include` names no file\ninclude #\n        ^\n"},
});

TEST(Parse, shows_where_the_text_is_wrong) {
  for (const auto& row : wrong) EXPECT_EQ(parsed(row.text), row.tree);
}

TEST(Parse, refuses_a_section_that_would_vanish_in_a_value) {
  EXPECT_THAT(parsed("a { mode = tunnel out { spi = 1 } }"),
              StartsWith("main:1:23: error: `{` inside a value\n"));
}

TEST(Parse, bounds_the_depth_of_sections) {
  std::string text;
  for (auto i = 0; i < 100'000; ++i) text += "a {";

  EXPECT_THAT(parsed(text), HasSubstr("sections are nested too deeply"));
}

TEST(Parse, knows_the_place_of_every_name_and_value) {
  MemoryLoader files;
  files.texts["main"] = "a {\n\tkéy = x, yy\n}\n";
  Sources sources;
  const auto root = parse("main", files, sources);
  ASSERT_TRUE(root);

  const auto* setting = root->find_section("a")->find("kéy");
  ASSERT_NE(setting, nullptr);
  EXPECT_EQ(to_string(root->find_section("a")->place), "main:1:1");
  EXPECT_EQ(to_string(setting->key_place), "main:2:2");
  EXPECT_EQ(to_string(setting->value_place), "main:2:8");
  EXPECT_EQ(to_string(setting->place_at(3)), "main:2:11");
}

TEST(Parse, names_no_place_inside_a_value_that_stands_otherwise_in_the_text) {
  MemoryLoader files;
  files.texts["main"] = "k = x,   yy\n";
  Sources sources;
  const auto root = parse("main", files, sources);
  ASSERT_TRUE(root);

  EXPECT_EQ(to_string(root->find("k")->place_at(3)), "main:1:5");
}

TEST(Parse, wipes_keys_from_the_text_it_keeps) {
  MemoryLoader files;
  files.texts["main"] = "a { key = 0xcafe b = 1\nauth_key = \"0xbeef\\\n  f00d\"\nkey_file = f }";
  Sources sources;
  const auto root = parse("main", files, sources);
  ASSERT_TRUE(root);

  EXPECT_EQ(*root->find_section("a")->find("key")->value, "0xcafe");
  EXPECT_EQ(sources.complaint({"main", 1, 1}, "x").line, "a { key = ****** b = 1");
  EXPECT_EQ(sources.complaint({"main", 2, 1}, "x").line, "auth_key = ********");
  EXPECT_EQ(sources.complaint({"main", 3, 1}, "x").line, "  *****");
  EXPECT_EQ(sources.complaint({"main", 4, 1}, "x").line, "key_file = f }");
}

TEST(Parse, stars_keys_in_a_line_that_it_did_not_understand) {
  EXPECT_THAT(parsed("a { oops key = 0xcafe }"), HasSubstr("\na { oops key = ****** }\n"));
  EXPECT_THAT(parsed("a { oops Kye = 0xcafe }"), HasSubstr("\na { oops Kye = ****** }\n"));
  EXPECT_THAT(parsed("a { oops esp = 0x00112233445566778899aabbccddeeff }"),
              HasSubstr("\na { oops esp = 0x******************************** }\n"));
}

TEST(Parse, shows_nothing_of_a_key_that_goes_on_in_the_next_line) {
  EXPECT_EQ(parsed("a {\n key = 0x0011\n  cafe esp = x\n}"),
            "main:3:3: error: expected a setting or a section behind the key\n"
            "  **** *** * *\n  ^\n"
            "  hint: a key stands on one line; in double quotes, a backslash at the end of a line "
            "goes on with the next\n");
  EXPECT_THAT(parsed("a { key = 0x0011}cafe"), Not(HasSubstr("cafe")));
  EXPECT_THAT(parsed("a { key = 0x0011\n=cafe"), Not(HasSubstr("cafe")));
}

TEST(Parse, survives_any_text) {
  EXPECT_TRUE(rc::check("a tree, or a complaint with a place inside the text", [] {
    const auto characters = rc::gen::elementOf(std::string("ab{}:.,=\"\\# \n\t\r*k\0\xc3\xa4", 19));
    MemoryLoader files;
    files.texts["main"] = *rc::gen::container<std::string>(characters);
    const auto& text = files.texts["main"];
    Sources sources;

    const auto root = parse("main", files, sources);

    if (root) return;
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    RC_ASSERT(root.error().place.line >= 1);
    RC_ASSERT(root.error().place.line <= lines);
    RC_ASSERT(root.error().place.column >= 1);
  }));
}

}  // namespace
}  // namespace esplanade::config::syntax
