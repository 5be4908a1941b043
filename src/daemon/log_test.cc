#include "daemon/log.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

const Fields drop = {{"verdict", "bad_icv"}, {"seq", std::uint64_t{7}}};

TEST(Log, writes_fields_in_the_order_given) {
  EXPECT_EQ(format_event(LogFormat::text, "drop", drop), "drop verdict=bad_icv seq=7");
  EXPECT_EQ(format_event(LogFormat::json, "drop", drop),
            R"("event":"drop","verdict":"bad_icv","seq":7})");
}

TEST(Log, quotes_text_that_could_be_taken_for_more_fields) {
  const Fields fields = {{"why", "no such file\nseq=9"}};

  EXPECT_EQ(format_event(LogFormat::text, "reload", fields), R"(reload why="no such file\nseq=9")");
  EXPECT_EQ(format_event(LogFormat::json, "reload", fields),
            R"("event":"reload","why":"no such file\nseq=9"})");
}

TEST(Log, writes_counts_as_one_field) {
  const Fields fields = {{"drops", std::map<std::string, std::uint64_t>{{"bad_icv", 2}, {"x", 1}}}};

  EXPECT_EQ(format_event(LogFormat::text, "sa", fields), "sa drops=bad_icv:2,x:1");
  EXPECT_EQ(format_event(LogFormat::json, "sa", fields),
            R"("event":"sa","drops":{"bad_icv":2,"x":1}})");
}

TEST(Log, survives_text_that_is_not_utf8) {
  const Fields fields = {{"path", "\xff"}};

  EXPECT_EQ(format_event(LogFormat::json, "x", fields),
            "\"event\":\"x\",\"path\":\"\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace esplanade::daemon
