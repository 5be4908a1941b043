#include "policy/sad.h"

#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

using core::SaIndex;
using core::Spi;
using test::make_inbound;
using test::make_outbound;

TEST(Sad, finds_an_inbound_sa_by_its_spi) {
  Sad sad;
  const auto first = sad.add(make_inbound({.spi = 0x1001}));
  const auto second = sad.add(make_inbound({.spi = 0xffffffff}));

  EXPECT_EQ(sad.find_inbound(Spi{0x1001}), first);
  EXPECT_EQ(sad.find_inbound(Spi{0xffffffff}), second);
  EXPECT_EQ(sad.inbound(second).parameters.spi, Spi{0xffffffff});
}

TEST(Sad, finds_nothing_under_an_spi_nobody_has) {
  Sad sad;
  EXPECT_EQ(sad.find_inbound(Spi{0}), SaIndex::none);
  (void)sad.add(make_inbound({.spi = 0x1001}));
  (void)sad.add(make_outbound({.spi = 0x2002}));

  EXPECT_EQ(sad.find_inbound(Spi{0x1000}), SaIndex::none);
  EXPECT_EQ(sad.find_inbound(Spi{0x2002}), SaIndex::none) << "outbound SPIs are the peer's";
}

TEST(Sad, keeps_the_directions_apart) {
  Sad sad;
  const auto outbound = sad.add(make_outbound({.spi = 0x1001}));
  const auto inbound = sad.add(make_inbound({.spi = 0x1001}));

  EXPECT_EQ(sad.outbound(outbound).parameters.direction, sa::Direction::outbound);
  EXPECT_EQ(sad.inbound(inbound).parameters.direction, sa::Direction::inbound);
}

TEST(Sad, lets_outbound_sas_share_an_spi) {
  Sad sad;
  const auto first = sad.add(make_outbound({.spi = 0x1001}));
  const auto second = sad.add(make_outbound({.spi = 0x1001}));

  EXPECT_NE(first, second);
}

TEST(SadDeathTest, takes_an_inbound_spi_once) {
  Sad sad;
  (void)sad.add(make_inbound({.spi = 0x1001}));

  EXPECT_DEATH((void)sad.add(make_inbound({.spi = 0x1001})), "bug at");
}

TEST(SadDeathTest, knows_no_sa_beyond_its_tables) {
  const Sad sad;

  EXPECT_DEATH((void)sad.inbound(SaIndex{0}), "bug at");
  EXPECT_DEATH((void)sad.outbound(SaIndex::none), "bug at");
}

}  // namespace
}  // namespace esplanade::policy
