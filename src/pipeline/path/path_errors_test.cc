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

class Reports : public NoticeSink {
 public:
  void note(const Notice& /*notice*/) noexcept override {}
  void report(const Report& report) noexcept override { all.push_back(report); }
  std::vector<Report> all;
};

/// What is told of an error that makes the path smaller and of one that says nothing of sizes.
auto told(World& world, IcmpLog log) -> std::vector<Report> {
  world.tables.icmp_log = log;
  Reports reports;
  Bytes error(net::longest_icmp_error);
  const auto from = address("203.0.113.9");
  error.resize(net::write_too_big(error, world.sent, {.from = from, .mtu = 1400}));
  world.errors.take_and_tell(world.tables, error, start, reports);
  error.resize(net::longest_icmp_error);
  error.resize(net::write_prohibited(error, world.sent, from));
  world.errors.take_and_tell(world.tables, error, start, reports);
  return reports.all;
}

// ARCH-6.1-02
TEST(PathErrors, are_told_of_all_where_they_make_a_path_smaller_or_not_at_all) {
  World none({});
  World path({});
  World all({});

  EXPECT_TRUE(told(none, IcmpLog::none).empty());
  EXPECT_EQ(none.sa().path_mtu.current(), 1400) << "believed all the same";
  const auto of_path = told(path, IcmpLog::path);
  ASSERT_EQ(of_path.size(), 1U);
  EXPECT_EQ(std::get<PathShrunk>(of_path[0]).mtu, 1400);
  const auto of_all = told(all, IcmpLog::all);
  ASSERT_EQ(of_all.size(), 3U);
  const auto& last = std::get<IcmpErrorSeen>(of_all[2]);
  EXPECT_EQ(last.from, address("203.0.113.9"));
  EXPECT_EQ(last.type, 3);
  EXPECT_EQ(last.code, 13);
  EXPECT_EQ(last.dst, address("198.51.100.1"));
  EXPECT_EQ(last.protocol, IpProtocol::esp);
}

TEST(PathErrors, are_told_of_so_many_a_second_and_only_if_they_quote_what_is_protected) {
  World world({});
  world.tables.icmp_log = IcmpLog::all;
  Reports reports;
  Bytes error(net::longest_icmp_error);

  error.resize(net::write_prohibited(error, udp4_of_size(100), address("203.0.113.9")));
  world.errors.take_and_tell(world.tables, error, start, reports);
  EXPECT_TRUE(reports.all.empty());

  error.resize(net::longest_icmp_error);
  error.resize(net::write_prohibited(error, world.sent, address("203.0.113.9")));
  for (int i = 0; i < 100; ++i) world.errors.take_and_tell(world.tables, error, start, reports);
  EXPECT_EQ(reports.all.size(), PathErrors::told_per_second);
}

}  // namespace
}  // namespace esplanade::pipeline
