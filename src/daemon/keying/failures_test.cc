#include "daemon/keying/failures.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

auto notice(std::string event, std::string connection, std::string why = {}) -> ike::Notice {
  ike::Notice made{.level = why.empty() ? ike::Level::info : ike::Level::error,
                   .event = std::move(event),
                   .fields = {{"connection", std::move(connection)}},
                   .is_strangers = false};
  if (!why.empty()) made.fields.insert(made.fields.end(), {{"why", why}, {"line", "gw.conf:7"}});
  return made;
}

auto with(std::vector<std::string> connections) -> Failures {
  Failures failures;
  failures.keep_only(connections);
  return failures;
}

TEST(Failures, keep_the_last_and_count_them) {
  auto failures = with({"gw"});

  failures.hear(notice("negotiation_failed", "gw", "no answer"), {1s});
  failures.hear(notice("authentication_failed", "gw", "the secrets differ"), {9s});

  const auto& last = failures.all().at("gw");
  EXPECT_EQ(last.why, "the secrets differ");
  EXPECT_EQ(last.event, "authentication_failed");
  EXPECT_EQ(last.line, "gw.conf:7");
  EXPECT_EQ(last.when, core::WallTime{9s});
  EXPECT_EQ(last.times, 2U);
}

TEST(Failures, end_when_the_connection_is_up) {
  auto failures = with({"gw"});
  failures.hear(notice("negotiation_failed", "gw", "no answer"), {1s});

  failures.hear(notice("ike_established", "gw"), {2s});

  EXPECT_TRUE(failures.all().empty());
}

TEST(Failures, of_a_child_outlive_its_ike_sa) {
  auto failures = with({"gw"});
  failures.hear(notice("child_failed", "gw", "no proposal"), {1s});

  failures.hear(notice("ike_established", "gw"), {2s});
  EXPECT_EQ(failures.all().size(), 1U);

  failures.hear(notice("child_established", "gw"), {3s});
  EXPECT_TRUE(failures.all().empty());
}

TEST(Failures, are_kept_of_connections_there_are) {
  auto failures = with({"gw"});

  failures.hear(notice("negotiation_failed", "stranger", "no proposal"), {1s});
  EXPECT_TRUE(failures.all().empty());

  failures.hear(notice("negotiation_failed", "gw", "no proposal"), {1s});
  failures.keep_only({"other"});
  EXPECT_TRUE(failures.all().empty());
}

TEST(Failures, are_no_news_without_a_reason) {
  auto failures = with({"gw"});

  failures.hear(notice("ike_closed", "gw"), {1s});

  EXPECT_TRUE(failures.all().empty());
}

}  // namespace
}  // namespace esplanade::daemon
