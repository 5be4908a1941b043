#include "policy/spd.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

using core::SaIndex;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto entry(std::string_view ours, std::string_view theirs, std::uint32_t sa) -> SpdEntry {
  const auto all = [](std::string_view range) {
    return std::vector{sa::TrafficSelector{net::Range::parse(range).value(), {}, {}}};
  };
  return {{all(ours), all(theirs)}, SaIndex{sa}};
}

auto packet_to(std::string_view dst) -> net::Datagram {
  return net::Datagram::parse(Ipv4Packet{.dst = address(dst)}.bytes()).value();
}

TEST(Spd, discards_everything_while_it_is_empty) {
  EXPECT_EQ(Spd{}.classify(packet_to("10.2.0.1")).sa, SaIndex::none);
}

TEST(Spd, lets_the_first_entry_that_matches_decide) {
  Spd narrow_first;
  narrow_first.append(entry("10.1.0.0/16", "10.2.0.0/24", 1));
  narrow_first.append(entry("10.1.0.0/16", "10.2.0.0/16", 2));
  Spd wide_first;
  wide_first.append(entry("10.1.0.0/16", "10.2.0.0/16", 2));
  wide_first.append(entry("10.1.0.0/16", "10.2.0.0/24", 1));

  EXPECT_EQ(narrow_first.classify(packet_to("10.2.0.1")).sa, SaIndex{1});
  EXPECT_EQ(narrow_first.classify(packet_to("10.2.1.1")).sa, SaIndex{2});
  EXPECT_EQ(wide_first.classify(packet_to("10.2.0.1")).sa, SaIndex{2});
}

TEST(Spd, discards_what_nothing_matches) {
  Spd spd;
  spd.append(entry("10.1.0.0/16", "10.2.0.0/16", 1));

  EXPECT_EQ(spd.classify(packet_to("10.3.0.1")).sa, SaIndex::none);
}

TEST(Spd, stops_at_an_entry_without_an_sa) {
  Spd spd;
  spd.append({entry("10.1.0.0/16", "10.2.0.1", 0).selectors, SaIndex::none});
  spd.append(entry("10.1.0.0/16", "10.2.0.0/16", 1));

  EXPECT_EQ(spd.classify(packet_to("10.2.0.1")).sa, SaIndex::none);
  EXPECT_EQ(spd.classify(packet_to("10.2.0.2")).sa, SaIndex{1});
}

TEST(Spd, takes_the_source_for_our_end) {
  Spd spd;
  spd.append(entry("10.2.0.0/16", "10.1.0.0/16", 1));

  EXPECT_EQ(spd.classify(packet_to("10.2.0.1")).sa, SaIndex::none);
}

auto keyed(PolicyId policy, std::string_view theirs) -> KeyedEntry {
  return {policy, entry("10.1.0.0/16", theirs, 0).selectors, false, Unkeyed::hold};
}

TEST(Spd, names_the_policy_that_has_no_sa_and_never_looks_further) {
  Spd spd;
  spd.append(keyed(PolicyId{7}, "10.2.0.0/16"));
  spd.append(entry("0.0.0.0/0", "0.0.0.0/0", 1));

  const auto decision = spd.classify(packet_to("10.2.0.1"));

  EXPECT_EQ(decision.sa, SaIndex::none);
  ASSERT_NE(decision.unkeyed, nullptr);
  EXPECT_EQ(decision.unkeyed->policy, PolicyId{7});
  EXPECT_EQ(spd.classify(packet_to("10.3.0.1")).sa, SaIndex{1});
  EXPECT_EQ(spd.classify(packet_to("10.3.0.1")).unkeyed, nullptr);
}

TEST(Spd, lets_a_carrier_of_the_policy_take_what_its_own_selectors_hold) {
  const auto narrow = entry("10.1.0.0/16", "10.2.0.0/24", 0).selectors;
  Spd spd;
  spd.append(keyed(PolicyId{7}, "10.2.0.0/16"));

  spd.find(PolicyId{7})->carriers.add(SaIndex{5}, narrow);

  EXPECT_EQ(spd.classify(packet_to("10.2.0.1")).sa, SaIndex{5});
  EXPECT_EQ(spd.classify(packet_to("10.2.1.1")).sa, SaIndex::none);
  EXPECT_NE(spd.classify(packet_to("10.2.1.1")).unkeyed, nullptr);
  EXPECT_EQ(spd.find(PolicyId{8}), nullptr);
}

TEST(Spd, finds_carriers_of_an_open_policy_beyond_its_selectors) {
  const auto user = entry("10.1.0.0/16", "10.9.0.5", 0).selectors;
  Spd spd;
  spd.append(KeyedEntry{PolicyId{7}, {}, true, Unkeyed::drop});

  spd.find(PolicyId{7})->carriers.add(SaIndex{5}, user);

  EXPECT_EQ(spd.classify(packet_to("10.9.0.5")).sa, SaIndex{5});
  EXPECT_EQ(spd.classify(packet_to("10.9.0.6")).sa, SaIndex::none);
  EXPECT_EQ(spd.classify(packet_to("10.9.0.6")).unkeyed, nullptr);
}

TEST(Spd, takes_over_the_carriers_of_policies_that_stay) {
  const auto all = entry("10.1.0.0/16", "10.2.0.0/15", 0).selectors;
  Spd before;
  before.append(keyed(PolicyId{1}, "10.2.0.0/16"));
  before.append(keyed(PolicyId{2}, "10.3.0.0/16"));
  before.find(PolicyId{1})->carriers.add(SaIndex{5}, all);
  before.find(PolicyId{1})->asked_at = core::Time{core::Duration{9}};
  before.find(PolicyId{2})->carriers.add(SaIndex{6}, all);
  Spd after;
  after.append(keyed(PolicyId{3}, "10.3.0.0/16"));
  after.append(keyed(PolicyId{1}, "10.2.0.0/16"));

  after.take_over(before);

  EXPECT_EQ(after.classify(packet_to("10.2.0.1")).sa, SaIndex{5});
  EXPECT_EQ(after.find(PolicyId{1})->asked_at, core::Time{core::Duration{9}});
  EXPECT_EQ(after.classify(packet_to("10.3.0.1")).sa, SaIndex::none);
}

auto clear_entry(std::string_view ours, std::string_view theirs, Processing processing,
                 Sides sides = Sides::both) -> ClearEntry {
  return {entry(ours, theirs, 0).selectors, processing, sides, "clear"};
}

auto packet_between(std::string_view src, std::string_view dst) -> net::Datagram {
  return net::Datagram::parse(Ipv4Packet{.src = address(src), .dst = address(dst)}.bytes()).value();
}

// ARCH-4.4.1-01: PROTECT, BYPASS and DISCARD.
TEST(Spd, lets_through_or_discards_where_an_entry_says_so) {
  Spd spd;
  spd.append(clear_entry("10.1.0.0/16", "10.2.9.0/24", Processing::bypass));
  spd.append(clear_entry("10.1.0.0/16", "10.2.8.0/24", Processing::discard));
  spd.append(entry("10.1.0.0/16", "10.2.0.0/16", 1));

  EXPECT_EQ(spd.classify(packet_to("10.2.9.1")).processing, Processing::bypass);
  EXPECT_EQ(spd.classify(packet_to("10.2.8.1")).processing, Processing::discard);
  EXPECT_EQ(spd.classify(packet_to("10.2.7.1")).sa, SaIndex{1});
  EXPECT_EQ(spd.classify(packet_to("10.2.8.1")).entry->name, "clear");
}

TEST(Spd, holds_one_direction_alone_where_an_entry_says_so) {
  Spd spd;
  spd.append(clear_entry("10.1.0.0/16", "10.2.0.0/16", Processing::bypass, Sides::inbound));
  spd.append(clear_entry("10.1.0.0/16", "10.3.0.0/16", Processing::bypass, Sides::outbound));

  EXPECT_EQ(spd.classify(packet_between("10.1.0.1", "10.2.0.1")).processing, Processing::discard);
  EXPECT_EQ(spd.classify(packet_between("10.1.0.1", "10.3.0.1")).processing, Processing::bypass);
  EXPECT_EQ(spd.classify_clear(packet_between("10.2.0.1", "10.1.0.1")), Processing::bypass);
  EXPECT_EQ(spd.classify_clear(packet_between("10.3.0.1", "10.1.0.1")), Processing::discard);
}

// RFC 4301, 5.2 step 3a: what should have been protected is not let in.
TEST(Spd, tells_clear_packets_that_should_have_come_protected) {
  Spd spd;
  spd.append(entry("10.1.0.0/16", "10.2.0.0/16", 1));
  spd.append(KeyedEntry{PolicyId{7}, {}, true, Unkeyed::drop, "users"});
  const auto user = entry("10.1.0.0/16", "10.9.0.5", 0).selectors;
  spd.find(PolicyId{7})->carriers.add(SaIndex{5}, user);

  EXPECT_EQ(spd.classify_clear(packet_between("10.2.0.1", "10.1.0.1")), Processing::protect);
  EXPECT_EQ(spd.classify_clear(packet_between("10.9.0.5", "10.1.0.1")), Processing::protect);
  EXPECT_EQ(spd.classify_clear(packet_between("10.9.0.6", "10.1.0.1")), Processing::discard);
}

// RFC 4301, 4.1: parallel SAs for different classes of traffic.
TEST(Spd, chooses_among_parallel_sas_by_dscp) {
  constexpr unsigned expedited = 46;
  auto voice = entry("10.1.0.0/16", "10.2.0.0/16", 1);
  voice.dscps = DscpSet{}.set(expedited);
  Spd spd;
  spd.append(voice);
  spd.append(entry("10.1.0.0/16", "10.2.0.0/16", 2));
  auto packet = packet_to("10.2.0.1");

  EXPECT_EQ(spd.classify(packet).sa, SaIndex{2});
  packet.tos = expedited << 2;
  EXPECT_EQ(spd.classify(packet).sa, SaIndex{1});
}

}  // namespace
}  // namespace esplanade::policy
