// What is believed of ICMP errors about packets of ours (RFC 4301, 6.1.1 and 8.2.1).
#include "pipeline/path/path_errors.h"

#include "tests/support/ah.h"
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr core::Time start{std::chrono::hours(1)};

struct World {
  explicit World(SaSpec spec) {
    spec.path_mtu = 1500;
    index = tables.sad.add(make_outbound(spec));
    sent = spec.protocol == sa::Protocol::ah ? ah_sealed(sa(), udp4_of_size(1400))
                                             : sealed(sa(), udp4_of_size(1400));
  }
  auto sa() -> ipsec::OutboundSa& { return tables.sad.outbound(index); }
  /// A router's error about `packet`.
  auto take(View packet, std::uint16_t mtu, core::Time now = start) -> bool {
    Bytes error(net::longest_icmp_error);
    const bool is_ipv6 = u8(packet, 0) >> 4 == 6;
    error.resize(net::write_too_big(
        error, packet, {.from = address(is_ipv6 ? "2001:db8::99" : "203.0.113.9"), .mtu = mtu}));
    return errors.take(tables, error, now) != nullptr;
  }

  Tables tables;
  core::SaIndex index{};
  PathErrors errors;
  Bytes sent;
};

auto every_kind() -> std::vector<SaSpec> {
  return {{.spi = 0x1001},
          {.ours = "2001:db8::1", .theirs = "2001:db8::2"},
          {.encapsulation = sa::UdpEncapsulation{}},
          {.algorithms = all_ah_algorithms().front(), .protocol = sa::Protocol::ah}};
}

// ARCH-8.2.1-01
TEST(PathErrors, lower_the_path_of_the_sa_whose_packet_they_quote) {
  for (const auto& spec : every_kind()) {
    World world(spec);
    EXPECT_TRUE(world.take(world.sent, 1400)) << spec.ours;
    EXPECT_EQ(world.sa().path_mtu.current(), 1400);
  }
}

TEST(PathErrors, are_not_believed_where_no_sa_of_ours_sent_the_packet) {
  World world({.spi = 0x1001});
  for (const std::size_t at : {12U, 16U, 23U}) {  // source, destination, SPI
    auto other = world.sent;
    other[at] ^= std::byte{1};
    EXPECT_FALSE(world.take(other, 1400)) << at;
  }
  auto later = world.sent;
  later[27] = std::byte{2};  // a number that was not sent yet
  EXPECT_FALSE(world.take(later, 1400));
  EXPECT_FALSE(world.take(udp4_of_size(1400), 1300));
  EXPECT_EQ(world.sa().path_mtu.current(), 1500);
}

TEST(PathErrors, are_not_believed_of_a_packet_that_would_have_fit) {
  World world({.spi = 0x1001});
  EXPECT_FALSE(world.take(world.sent, static_cast<std::uint16_t>(world.sent.size())));
}

// ARCH-6.1.1-02
TEST(PathErrors, never_make_a_path_useless) {
  World world({.spi = 0x1001});
  EXPECT_TRUE(world.take(world.sent, 68));
  EXPECT_EQ(world.sa().path_mtu.current(), 576);
}

// RFC 1191, 5: a router that does not say how large.
TEST(PathErrors, step_down_where_the_router_does_not_say) {
  World world({.spi = 0x1001});
  EXPECT_TRUE(world.take(world.sent, 0));
  EXPECT_EQ(world.sa().path_mtu.current(), 1006);
}

TEST(PathErrors, are_looked_at_only_so_often) {
  World world({.spi = 0x1001});
  auto other = world.sent;
  other[23] ^= std::byte{1};
  for (unsigned i = 0; i < PathErrors::per_second; ++i) EXPECT_FALSE(world.take(other, 1400));

  EXPECT_FALSE(world.take(world.sent, 1400));
  EXPECT_TRUE(world.take(world.sent, 1400, start + std::chrono::seconds(1)));
}

}  // namespace
}  // namespace esplanade::pipeline
