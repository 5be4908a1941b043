#include "daemon/notice_log.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

constexpr auto start = core::Time{100s};

TEST(NoticeLimiter, admits_so_many_a_second_and_no_more) {
  NoticeLimiter limiter;
  unsigned admitted = 0;

  for (int i = 0; i < 1000; ++i) admitted += limiter.admit(start + 1ms) ? 1U : 0U;

  EXPECT_EQ(admitted, NoticeLimiter::per_second);
  EXPECT_TRUE(limiter.admit(start + 1002ms));
}

TEST(NoticeLimiter, says_at_most_once_a_second_how_many_it_left_out) {
  NoticeLimiter limiter;
  limiter.leave_out(7);
  EXPECT_EQ(limiter.take_left_out(start), 7U);

  for (unsigned i = 0; i < NoticeLimiter::per_second + 3; ++i) (void)limiter.admit(start);

  EXPECT_EQ(limiter.take_left_out(start + 500ms), 0U);
  EXPECT_EQ(limiter.take_left_out(start + 1s), 3U);
  EXPECT_EQ(limiter.take_left_out(start + 2s), 0U);
}

TEST(FieldsOf, names_what_an_audit_event_has_to_hold) {
  const pipeline::Notice notice = {.verdict = net::Verdict::replay_duplicate,
                                   .direction = sa::Direction::inbound,
                                   .src = net::Address::parse("192.0.2.1").value(),
                                   .dst = net::Address::parse("192.0.2.2").value(),
                                   .spi = core::Spi{0x1001},
                                   .seq = 7};

  EXPECT_EQ(format_event(LogFormat::text, "drop", fields_of(notice)),
            "drop verdict=replay_duplicate direction=in src=192.0.2.1 dst=192.0.2.2 "
            "spi=0x00001001 seq=7");
}

// AH-4-01, ESP-4-01
TEST(NoticeLimiter, writes_nothing_and_misses_nothing_without_an_audit) {
  NoticeLimiter limiter;
  limiter.follow(config::Audit::off);

  for (int i = 0; i < 100; ++i) EXPECT_FALSE(limiter.admit({10s}));
  limiter.leave_out(5);
  EXPECT_EQ(limiter.take_left_out({20s}), 0U);

  limiter.follow(config::Audit::on);
  EXPECT_TRUE(limiter.admit({20s}));
}

}  // namespace
}  // namespace esplanade::daemon
