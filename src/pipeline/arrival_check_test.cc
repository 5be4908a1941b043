#include "pipeline/arrival_check.h"

#include "net/icmp_error.h"
#include "tests/support/sas.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

/// Carries UDP from 10.1.0.0/16 to us at 10.2.0.0/16.
auto spec() -> SaSpec { return {.inner_ours = {"10.1.0.0/16"}, .inner_theirs = {"10.2.0.0/16"}}; }

struct World {
  explicit World(const SaSpec& of) : sa(make_inbound(of)) {}
  auto verdict(View datagram) -> Verdict {
    slot.emplace(datagram);
    const auto admitted = check.admit(*sa, slot->packet, {});
    return admitted ? Verdict::pass : admitted.error();
  }
  std::unique_ptr<ipsec::InboundSa> sa;
  ArrivalCheck check;
  std::optional<Slot> slot;
};

/// From a router somewhere behind the peer, about a packet from `src` to `dst`.
auto error_about(std::string_view src, std::string_view dst, std::string_view from) -> Bytes {
  const auto packet =
      Ipv4Packet{.src = address(src), .dst = address(dst), .payload = udp(1, 2, pattern(100))};
  Bytes error(net::longest_icmp_error);
  error.resize(net::write_too_big(error, packet.bytes(), {.from = address(from), .mtu = 576}));
  return error;
}

TEST(ArrivalCheck, admits_what_the_selectors_hold_and_nothing_else) {
  World world(spec());

  EXPECT_EQ(world.verdict(udp4_of_size(100)), Verdict::pass);
  EXPECT_EQ(world.verdict(Ipv4Packet{.src = address("10.9.0.1"), .payload = pattern(8)}.bytes()),
            Verdict::selector_mismatch);
  EXPECT_EQ(world.verdict(hex("4500")), Verdict::bad_inner);
}

// ARCH-6.2-03: the router's own address is nobody's selector.
TEST(ArrivalCheck, admits_an_error_about_a_packet_that_went_the_other_way) {
  World world(spec());
  EXPECT_EQ(world.verdict(error_about("10.2.0.1", "10.1.0.1", "192.0.2.77")), Verdict::pass);
}

// ARCH-6.2-04
TEST(ArrivalCheck, refuses_an_error_about_a_packet_that_did_not) {
  World world(spec());
  EXPECT_EQ(world.verdict(error_about("10.7.0.1", "10.1.0.1", "192.0.2.77")),
            Verdict::selector_mismatch);
}

// ARCH-6.2-01
TEST(ArrivalCheck, looks_at_what_every_error_quotes_if_told_to) {
  auto strict = spec();
  strict.icmp_errors = sa::IcmpErrorCheck::quoted;
  World easy(spec());
  World world(strict);
  const auto forged = error_about("10.2.7.7", "172.16.0.1", "10.1.0.9");

  // Addressed to 10.2.7.7 by a host that the selectors hold, about a packet that never took this
  // SA.
  EXPECT_EQ(easy.verdict(forged), Verdict::pass);
  EXPECT_EQ(world.verdict(forged), Verdict::selector_mismatch);
  EXPECT_EQ(world.verdict(error_about("10.2.7.7", "10.1.0.1", "10.1.0.9")), Verdict::pass);
  EXPECT_EQ(world.verdict(udp4_of_size(100)), Verdict::pass);
}

/// An SA for what shows no ports (RFC 4301, 7.2).
auto opaque_spec() -> SaSpec {
  auto opaque = spec();
  opaque.their_ports = sa::PortRange::opaque();
  return opaque;
}
auto later_fragment(IpProtocol protocol, std::uint16_t offset) -> Bytes {
  return Ipv4Packet{.protocol = protocol,
                    .flags_and_offset = static_cast<std::uint16_t>(offset / 8),
                    .payload = pattern(24)}
      .bytes();
}

// ARCH-7.2-02: the first fragment, with its header, has gone by another SA.
TEST(ArrivalCheck, refuses_later_fragments_that_may_lie_over_a_header_where_ports_are_opaque) {
  World world(opaque_spec());

  EXPECT_EQ(world.verdict(later_fragment(IpProtocol::tcp, 8)), Verdict::bad_fragment);
  EXPECT_EQ(world.verdict(later_fragment(IpProtocol::tcp, 16)), Verdict::bad_fragment);
  EXPECT_EQ(world.verdict(later_fragment(IpProtocol::tcp, 24)), Verdict::pass);
  EXPECT_EQ(world.verdict(later_fragment(IpProtocol::sctp, 8)), Verdict::bad_fragment);
  EXPECT_EQ(world.verdict(later_fragment(IpProtocol::sctp, 16)), Verdict::pass);
  EXPECT_EQ(world.verdict(later_fragment(IpProtocol::udp, 8)), Verdict::pass);
  EXPECT_EQ(world.verdict(udp4_of_size(100)), Verdict::selector_mismatch) << "it shows its ports";
}

TEST(ArrivalCheck, takes_all_later_fragments_where_the_first_comes_the_same_way) {
  World world(spec());

  EXPECT_EQ(world.verdict(later_fragment(IpProtocol::tcp, 8)), Verdict::pass);
}

}  // namespace
}  // namespace esplanade::pipeline
