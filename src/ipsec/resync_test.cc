#include "ipsec/resync.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

void fail(Resync& resync, unsigned times) {
  for (unsigned i = 0; i < times; ++i) resync.count(false);
}

// ESP-A3-01, AH-B3-01
TEST(Resync, is_due_after_so_many_failures_in_a_row) {
  Resync resync;
  fail(resync, Resync::trigger - 1);
  EXPECT_FALSE(resync.is_due());

  fail(resync, 1);

  EXPECT_TRUE(resync.is_due());
}

TEST(Resync, begins_to_count_anew_with_every_authentic_packet) {
  Resync resync;
  fail(resync, Resync::trigger - 1);
  resync.count(true);
  fail(resync, Resync::trigger - 1);

  EXPECT_FALSE(resync.is_due());
}

TEST(Resync, waits_as_long_again_after_a_try) {
  Resync resync;
  fail(resync, Resync::trigger);
  resync.begin();
  fail(resync, Resync::trigger - 1);
  EXPECT_FALSE(resync.is_due());

  fail(resync, 1);

  EXPECT_TRUE(resync.is_due());
}

TEST(Resync, goes_to_the_next_subspace_while_there_is_one) {
  EXPECT_EQ(one_subspace_on({0x0000000500000007}), core::Seq64{0x0000000600000007});
  EXPECT_EQ(one_subspace_on({0xffffffff00000007}), core::Seq64{0xffffffff00000007});
}

}  // namespace
}  // namespace esplanade::ipsec
