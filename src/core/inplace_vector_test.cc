#include "core/inplace_vector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::core {
namespace {

using testing::ElementsAre;

TEST(InplaceVector, holds_what_was_put_into_it_in_order) {
  InplaceVector<int, 4> values;

  values.push_back(7);
  values.push_back(8) = 9;

  EXPECT_THAT(values.all(), ElementsAre(7, 9));
  EXPECT_EQ(values.size(), 2U);
  EXPECT_EQ(values[1], 9);
}

TEST(InplaceVector, begins_empty) {
  InplaceVector<double, 2> values;

  EXPECT_TRUE(values.all().empty());
}

TEST(InplaceVectorDeathTest, aborts_beyond_its_room_and_its_size) {
  InplaceVector<int, 1> values;
  values.push_back(1);

  EXPECT_DEATH(values.push_back(2), "bug");
  EXPECT_DEATH((void)values[1], "bug");
}

}  // namespace
}  // namespace esplanade::core
