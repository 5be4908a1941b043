#include "core/ids.h"

#include <gtest/gtest.h>

namespace esplanade::core {
namespace {

TEST(Seq64, splits_into_the_halves_the_wire_and_the_integrity_check_see) {
  constexpr Seq64 seq{0x00000001'fffffffe};

  EXPECT_EQ(seq.low(), 0xfffffffeu);
  EXPECT_EQ(seq.high(), 1u);
}

TEST(Seq64, is_ordered_across_the_turn_of_its_low_half) {
  EXPECT_LT(Seq64{0xffffffff}, Seq64{0x1'00000000});
}

}  // namespace
}  // namespace esplanade::core
