#include "policy/populate.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto one(std::string_view range, std::optional<IpProtocol> protocol = {}, sa::PortRange ports = {})
    -> sa::TrafficSelector {
  return {net::Range::parse(range).value(), protocol, ports};
}

constexpr auto all_flags = PopulateFromPacket{true, true, true, true, true};
const auto ours = one("10.1.0.7", IpProtocol::tcp, {40000, 40000});
const auto theirs = one("10.2.0.9", IpProtocol::tcp, {443, 443});
const sa::Selectors entry{.ours = {one("10.1.0.0/16"), one("10.8.0.0/16"), one("2001:db8:1::/64")},
                          .theirs = {one("10.2.0.0/16"), one("2001:db8:2::/64")}};

auto populated_by(const PopulateFromPacket& flags) -> sa::Selectors {
  return populated(entry, populate(flags, ours, theirs));
}

// ARCH-4.4.2.2-01: the rows of the tables with PFP 0, ...
TEST(Populate, leaves_the_entry_as_it_is_without_flags) {
  EXPECT_EQ(populated_by({}), entry);
  EXPECT_EQ(populate({}, ours, theirs), Populated{});
}

// ... and with PFP 1.
TEST(Populate, takes_every_value_of_the_packet_that_has_a_flag) {
  EXPECT_EQ(populated_by(all_flags), (sa::Selectors{{ours}, {theirs}}));
}

TEST(Populate, takes_one_address_and_leaves_the_other_ends_list_in_its_family) {
  EXPECT_EQ(populated_by({.our_address = true}),
            (sa::Selectors{{one("10.1.0.7")}, {one("10.2.0.0/16")}}));
  EXPECT_EQ(populated_by({.their_address = true}),
            (sa::Selectors{{one("10.1.0.0/16"), one("10.8.0.0/16")}, {one("10.2.0.9")}}));
}

TEST(Populate, takes_the_protocol_at_both_ends) {
  const auto left = populated_by({.our_address = true, .their_address = true, .protocol = true});

  EXPECT_EQ(left, (sa::Selectors{{one("10.1.0.7", IpProtocol::tcp)},
                                 {one("10.2.0.9", IpProtocol::tcp)}}));
}

TEST(Populate, keeps_of_an_entrys_list_only_what_holds_the_packet) {
  const sa::Selectors services{.ours = {one("10.1.0.0/16")},
                               .theirs = {one("10.2.0.0/16", IpProtocol::tcp, {80, 80}),
                                          one("10.2.0.0/16", IpProtocol::udp, {400, 500}),
                                          one("10.2.0.0/16", IpProtocol::tcp, {400, 500})}};

  const auto left =
      populated(services, populate({.protocol = true, .their_port = true}, ours, theirs));

  EXPECT_EQ(left.theirs, std::vector{one("10.2.0.0/16", IpProtocol::tcp, {443, 443})});
}

TEST(Populate, says_the_same_thing_once) {
  const sa::Selectors overlapping{.ours = {one("10.1.0.0/16"), one("10.0.0.0/8")},
                                  .theirs = {one("10.2.0.0/16")}};

  EXPECT_EQ(populated(overlapping, populate({.our_address = true}, ours, theirs)).ours,
            std::vector{one("10.1.0.7")});
}

TEST(Populate, tells_packets_apart_by_flagged_values_alone) {
  const auto other = one("10.1.0.8", IpProtocol::tcp, {40000, 40000});

  EXPECT_NE(populate({.our_address = true}, ours, theirs),
            populate({.our_address = true}, other, theirs));
  EXPECT_EQ(populate({.their_address = true}, ours, theirs),
            populate({.their_address = true}, other, theirs));
}

// ARCH-4.4.2.2-01: PFP 1 and "not avail.": discard packet.
TEST(Populate, is_refused_a_packet_that_does_not_show_its_ports) {
  const auto shows = [](const PopulateFromPacket& flags, const Bytes& packet) {
    return shows_values(flags, net::Datagram::parse(packet).value());
  };
  const auto whole = Ipv4Packet{.payload = udp(1000, 53, pattern(8))}.bytes();
  const auto later = Ipv4Packet{.flags_and_offset = 0x2001, .payload = pattern(16)}.bytes();
  const auto portless =
      Ipv4Packet{.protocol = static_cast<IpProtocol>(47), .payload = pattern(16)}.bytes();
  const auto cut = Ipv4Packet{.payload = pattern(3)}.bytes();

  EXPECT_TRUE(shows({.our_port = true}, whole));
  EXPECT_FALSE(shows({.our_port = true}, later));
  EXPECT_FALSE(shows({.their_port = true}, later));
  EXPECT_TRUE(shows({.our_address = true}, later));
  EXPECT_TRUE(shows(all_flags, portless)) << "GRE has none to show";
  EXPECT_FALSE(shows(all_flags, cut));
}

}  // namespace
}  // namespace esplanade::policy
