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
  EXPECT_EQ(Spd{}.classify(packet_to("10.2.0.1")), SaIndex::none);
}

TEST(Spd, lets_the_first_entry_that_matches_decide) {
  Spd narrow_first;
  narrow_first.append(entry("10.1.0.0/16", "10.2.0.0/24", 1));
  narrow_first.append(entry("10.1.0.0/16", "10.2.0.0/16", 2));
  Spd wide_first;
  wide_first.append(entry("10.1.0.0/16", "10.2.0.0/16", 2));
  wide_first.append(entry("10.1.0.0/16", "10.2.0.0/24", 1));

  EXPECT_EQ(narrow_first.classify(packet_to("10.2.0.1")), SaIndex{1});
  EXPECT_EQ(narrow_first.classify(packet_to("10.2.1.1")), SaIndex{2});
  EXPECT_EQ(wide_first.classify(packet_to("10.2.0.1")), SaIndex{2});
}

TEST(Spd, discards_what_nothing_matches) {
  Spd spd;
  spd.append(entry("10.1.0.0/16", "10.2.0.0/16", 1));

  EXPECT_EQ(spd.classify(packet_to("10.3.0.1")), SaIndex::none);
}

TEST(Spd, stops_at_an_entry_without_an_sa) {
  Spd spd;
  spd.append({entry("10.1.0.0/16", "10.2.0.1", 0).selectors, SaIndex::none});
  spd.append(entry("10.1.0.0/16", "10.2.0.0/16", 1));

  EXPECT_EQ(spd.classify(packet_to("10.2.0.1")), SaIndex::none);
  EXPECT_EQ(spd.classify(packet_to("10.2.0.2")), SaIndex{1});
}

TEST(Spd, takes_the_source_for_our_end) {
  Spd spd;
  spd.append(entry("10.2.0.0/16", "10.1.0.0/16", 1));

  EXPECT_EQ(spd.classify(packet_to("10.2.0.1")), SaIndex::none);
}

}  // namespace
}  // namespace esplanade::policy
