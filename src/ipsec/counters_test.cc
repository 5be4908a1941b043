#include "ipsec/counters.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using net::Verdict;

TEST(VerdictCounters, begin_at_zero_for_every_verdict) {
  const VerdictCounters counters;

  for (std::size_t i = 0; i < net::verdict_count; ++i) {
    EXPECT_EQ(counters.value(static_cast<Verdict>(i)), 0U) << i;
  }
}

TEST(VerdictCounters, count_each_verdict_apart) {
  VerdictCounters counters;
  for (std::size_t i = 0; i < net::verdict_count; ++i) {
    for (std::size_t times = 0; times < i; ++times) counters.count(static_cast<Verdict>(i));
  }

  for (std::size_t i = 0; i < net::verdict_count; ++i) {
    EXPECT_EQ(counters.value(static_cast<Verdict>(i)), i);
  }
}

TEST(VerdictCounters, go_on_from_others) {
  VerdictCounters before;
  before.count(Verdict::pass);
  before.count(Verdict::bad_icv);
  VerdictCounters after;
  after.continue_from(before);
  after.count(Verdict::bad_icv);

  EXPECT_EQ(after.value(Verdict::pass), 1U);
  EXPECT_EQ(after.value(Verdict::bad_icv), 2U);
  EXPECT_EQ(before.value(Verdict::bad_icv), 1U);
}

}  // namespace
}  // namespace esplanade::ipsec
