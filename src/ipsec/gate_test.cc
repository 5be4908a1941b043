#include "ipsec/gate.h"

#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)
using iana::IpProtocol;

auto selectors(const std::vector<std::string_view>& ours,
               const std::vector<std::string_view>& theirs) -> sa::Selectors {
  return {.ours = traffic(ours), .theirs = traffic(theirs)};
}

auto ipv4(std::uint32_t theirs, std::uint32_t ours, IpProtocol protocol = IpProtocol::udp)
    -> Gate::Ends {
  return {.theirs = {theirs, 0},
          .ours = {ours, 0},
          .their_port = 1000,
          .our_port = 53,
          .protocol = protocol};
}

constexpr std::uint32_t ours = 0x0a010001, theirs = 0x0a020001;

TEST(Gate, holds_addresses_to_their_ranges) {
  const Gate gate(selectors({"10.1.0.0/16"}, {"10.2.0.1-10.2.0.9"}));
  EXPECT_TRUE(gate.admits(net::Family::ipv4, ipv4(theirs, ours)));
  EXPECT_TRUE(gate.admits(net::Family::ipv4, ipv4(theirs + 8, ours)));
  EXPECT_FALSE(gate.admits(net::Family::ipv4, ipv4(theirs + 9, ours)));
  EXPECT_FALSE(gate.admits(net::Family::ipv4, ipv4(theirs - 1, ours)));
  EXPECT_FALSE(gate.admits(net::Family::ipv4, ipv4(theirs, ours + 0x10000)));
  EXPECT_FALSE(gate.admits(net::Family::ipv4, ipv4(ours, theirs)));
}

TEST(Gate, holds_ports_and_protocol) {
  auto with = selectors({"10.1.0.0/16"}, {"10.2.0.0/16"});
  with.ours[0].ports = {53, 53};
  with.theirs[0].protocol = IpProtocol::udp;
  const Gate gate(with);
  EXPECT_TRUE(gate.admits(net::Family::ipv4, ipv4(theirs, ours)));
  EXPECT_FALSE(gate.admits(net::Family::ipv4, ipv4(theirs, ours, IpProtocol::tcp)));
  auto other_port = ipv4(theirs, ours);
  other_port.our_port = 54;
  EXPECT_FALSE(gate.admits(net::Family::ipv4, other_port));
  with.ours[0].ports = sa::PortRange::opaque();
  EXPECT_FALSE(Gate(with).admits(net::Family::ipv4, ipv4(theirs, ours)));
}

TEST(Gate, holds_ipv6_addresses_to_all_of_their_octets) {
  const Gate gate(selectors({"2001:db8:1::/64"}, {"2001:db8:2::1-2001:db8:2::2"}));
  auto ends = Gate::Ends{.theirs = {0x20010db800020000, 2},
                         .ours = {0x20010db800010000, ~std::uint64_t{0}},
                         .their_port = 1,
                         .our_port = 2,
                         .protocol = IpProtocol::tcp};
  EXPECT_TRUE(gate.admits(net::Family::ipv6, ends));
  ends.theirs[1] = 3;
  EXPECT_FALSE(gate.admits(net::Family::ipv6, ends));
  ends.theirs = {0x20010db800020001, 1};
  EXPECT_FALSE(gate.admits(net::Family::ipv6, ends));
}

TEST(Gate, leaves_several_ranges_of_a_family_to_others) {
  const auto two = selectors({"10.1.0.0/16", "10.3.0.0/16"}, {"10.2.0.0/16"});
  EXPECT_FALSE(Gate(two).admits(net::Family::ipv4, ipv4(theirs, ours)));
  const auto both = selectors({"::/0", "10.1.0.0/16"}, {"10.2.0.0/16", "::/0"});
  EXPECT_TRUE(Gate(both).admits(net::Family::ipv4, ipv4(theirs, ours)));
}

}  // namespace
}  // namespace esplanade::ipsec
