#include "daemon/status.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

auto text_of(const std::vector<Fields>& lines) -> std::string {
  std::string text;
  for (const auto& line : lines) text += format_event(LogFormat::text, "failed", line) + "\n";
  return text;
}

auto no_next(const std::string&) -> std::optional<core::Time> { return std::nullopt; }

auto failed(std::string event) -> Failures {
  Failures failures;
  failures.keep_only({"gw"});
  failures.hear({.level = ike::Level::error,
                 .event = std::move(event),
                 .fields = {{"connection", "gw"},
                            {"why", "no answer"},
                            {"hint", "is it up?"},
                            {"line", "gw.conf:3"}},
                 .is_strangers = false},
                core::WallTime{1'700'000'000s});
  return failures;
}

auto up() -> std::vector<ike::SessionStatus> {
  ike::SessionStatus session;
  session.connection = "gw";
  session.state = "established";
  return {session};
}

TEST(FailureLines, say_what_why_where_when_and_when_again) {
  const auto in_a_while = [](const std::string&) { return std::optional(core::Time{70'500ms}); };

  EXPECT_EQ(text_of(failure_lines(failed("negotiation_failed"), {}, in_a_while, core::Time{60s})),
            "failed connection=gw event=negotiation_failed when=2023-11-14T22:13:20Z times=1 "
            "why=\"no answer\" hint=\"is it up?\" line=gw.conf:3 next_try=11\n");
}

TEST(FailureLines, leave_out_what_is_up) {
  EXPECT_EQ(failure_lines(failed("negotiation_failed"), {}, no_next, {}).size(), 1U);
  EXPECT_TRUE(failure_lines(failed("negotiation_failed"), up(), no_next, {}).empty());
}

TEST(FailureLines, show_a_child_that_failed_on_an_ike_sa_that_stands) {
  EXPECT_EQ(failure_lines(failed("child_failed"), up(), no_next, {}).size(), 1U);
}

}  // namespace
}  // namespace esplanade::daemon
