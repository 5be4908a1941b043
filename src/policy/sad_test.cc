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

/// One that receives what is sent to 239.1.1.1, or by `source` to it.
auto of_group(std::uint32_t spi, std::optional<std::string_view> source = {}) {
  auto parameters = test::mirrored(test::parameters({.spi = spi}));
  parameters.group = {.destination = test::address("239.1.1.1"), .source = {}};
  if (source) parameters.group->source = test::address(*source);
  return ipsec::InboundSa::make(std::move(parameters), crypto::openssl::provider(), {}).value();
}
auto find(const Sad& sad, std::string_view dst, std::string_view src,
          sa::Protocol protocol = sa::Protocol::esp) {
  return sad.find_for_group({Spi{0x1001}, protocol, test::address(dst), test::address(src)});
}

// ARCH-4.1-03, ARCH-4.1-05: one SPI, three kinds of entries, made in any order.
TEST(Sad, finds_the_longest_match_of_a_group_first) {
  Sad sad;
  const auto by_spi = sad.add(make_inbound({.spi = 0x1001}));
  const auto by_both = sad.add(of_group(0x1001));
  const auto by_all = sad.add(of_group(0x1001, "192.0.2.7"));
  (void)sad.add(of_group(0x1002, "192.0.2.8"));

  EXPECT_EQ(find(sad, "239.1.1.1", "192.0.2.7"), by_all);
  EXPECT_EQ(find(sad, "239.1.1.1", "192.0.2.8"), by_both) << "of another SPI";
  EXPECT_EQ(find(sad, "239.1.1.2", "192.0.2.7"), SaIndex::none) << "another group";
  EXPECT_EQ(find(sad, "239.1.1.1", "192.0.2.7", sa::Protocol::ah), SaIndex::none);
  EXPECT_EQ(sad.find_inbound(Spi{0x1001}), by_spi);
}

// ARCH-4.1-04
TEST(Sad, gives_a_group_no_spi_that_others_are_found_by) {
  Sad sad;
  (void)sad.add(of_group(0x1001));

  EXPECT_TRUE(sad.has_groups());
  EXPECT_EQ(sad.find_inbound(Spi{0x1001}), SaIndex::none);
  EXPECT_DEATH((void)sad.add(of_group(0x1001)), "bug at");
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

TEST(Sad, finds_an_installed_sa_by_its_slot_and_all_of_its_spi) {
  Sad sad;
  const auto by_hand = sad.add(make_inbound({.spi = 0x00100003}));
  const auto index = sad.install(make_inbound({.spi = 0x5a300003}));

  EXPECT_EQ(sad.find_inbound(Spi{0x5a300003}), index);
  EXPECT_EQ(sad.inbound(index).parameters.spi, Spi{0x5a300003});
  EXPECT_EQ(sad.find_inbound(Spi{0x5a400003}), SaIndex::none) << "an earlier owner of the slot";
  EXPECT_EQ(sad.find_inbound(Spi{0x00100003}), by_hand);
  EXPECT_TRUE(Sad::is_installed(index));
  EXPECT_FALSE(Sad::is_installed(by_hand));
}

TEST(Sad, gives_an_installed_sa_back_and_uses_its_slot_again) {
  Sad sad;
  const auto in = sad.install(make_inbound({.spi = 0x5a300003}));
  const auto out = sad.install(make_outbound({.spi = 0x1001}));

  EXPECT_EQ(sad.remove_inbound(in)->parameters.spi, Spi{0x5a300003});
  EXPECT_EQ(sad.remove_outbound(out)->parameters.spi, Spi{0x1001});

  EXPECT_EQ(sad.find_inbound(Spi{0x5a300003}), SaIndex::none);
  EXPECT_EQ(sad.find_inbound(Spi{3}), SaIndex::none);
  EXPECT_EQ(sad.install(make_inbound({.spi = 0x77700003})), in);
  EXPECT_EQ(sad.install(make_outbound({.spi = 0x1002})), out);
}

TEST(Sad, hands_installed_sas_on_to_the_next_under_the_same_indices) {
  Sad before;
  (void)before.add(make_inbound({.spi = 0x1001}));
  const auto in = before.install(make_inbound({.spi = 0x5a300003}));
  const auto out = before.install(make_outbound({.spi = 0x2001}));
  Sad after;
  (void)after.add(make_inbound({.spi = 0x1002}));

  after.take_over(before);

  EXPECT_EQ(after.find_inbound(Spi{0x5a300003}), in);
  EXPECT_EQ(after.outbound(out).parameters.spi, Spi{0x2001});
  EXPECT_EQ(after.find_inbound(Spi{0x1001}), SaIndex::none) << "the old configuration's own";
  EXPECT_EQ(before.find_inbound(Spi{0x5a300003}), SaIndex::none);
}

TEST(SadDeathTest, lends_a_slot_once_and_knows_no_sa_that_was_removed) {
  Sad sad;
  const auto in = sad.install(make_inbound({.spi = 0x5a300003}));

  EXPECT_DEATH((void)sad.install(make_inbound({.spi = 0x5b300003})), "bug at");
  (void)sad.remove_inbound(in);
  EXPECT_DEATH((void)sad.inbound(in), "bug at");
}

}  // namespace
}  // namespace esplanade::policy
