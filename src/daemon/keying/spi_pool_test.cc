#include "daemon/keying/spi_pool.h"

#include "policy/sad.h"
#include "tests/support/random.h"

#include <gtest/gtest.h>

#include <set>

namespace esplanade::daemon {
namespace {

using core::Spi;

constexpr std::uint32_t slot_mask = (1U << policy::Sad::slot_bits) - 1;

auto slot_of(Spi spi) -> std::uint32_t { return std::to_underlying(spi) & slot_mask; }

struct SpiPoolTest : testing::Test {
  test::SeededRandom random{1};
  SpiPool pool;
};

TEST_F(SpiPoolTest, gives_every_spi_a_slot_of_its_own) {
  std::set<std::uint32_t> slots;
  for (int i = 0; i < 5000; ++i) {
    const auto spi = pool.reserve(random);
    EXPECT_GT(std::to_underlying(spi), 255U);
    slots.insert(slot_of(spi));
  }
  EXPECT_EQ(slots.size(), 5000U);
  EXPECT_EQ(*slots.rbegin(), 4999U) << "slots are dense";
}

TEST_F(SpiPoolTest, lets_a_slot_that_came_back_rest) {
  const auto first = pool.reserve(random);
  pool.release(first);
  pool.release(first);

  std::set<std::uint32_t> slots;
  for (int i = 0; i < 1000; ++i) {
    const auto spi = pool.reserve(random);
    slots.insert(slot_of(spi));
    pool.release(spi);
  }
  EXPECT_FALSE(slots.contains(slot_of(first)));
  EXPECT_EQ(slots.size(), 1000U);
}

TEST_F(SpiPoolTest, uses_slots_again_after_their_rest) {
  for (int i = 0; i < 10'000; ++i) pool.release(pool.reserve(random));

  EXPECT_LE(slot_of(pool.reserve(random)), 1100U);
}

TEST_F(SpiPoolTest, gives_no_spi_that_is_set_by_hand) {
  std::unordered_set<Spi> by_hand;
  for (std::uint32_t part = 1; part < 4096; ++part) {
    const bool is_left = part == 0x5a3;
    if (!is_left) by_hand.insert(Spi{part << policy::Sad::slot_bits});
  }
  ASSERT_TRUE(pool.avoid(by_hand));

  EXPECT_EQ(pool.reserve(random), Spi{0x5a300000}) << "slot 0 has only this left";
}

TEST_F(SpiPoolTest, says_when_an_spi_by_hand_comes_too_late) {
  const auto spi = pool.reserve(random);

  EXPECT_FALSE(pool.avoid({spi}));
  pool.release(spi);
  EXPECT_TRUE(pool.avoid({spi}));
}

}  // namespace
}  // namespace esplanade::daemon
