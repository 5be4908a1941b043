// Packets that are larger than the path of their SA, on the outbound road (RFC 4301, 8).
#include "net/icmp_error.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "pipeline/by_protocol.h"
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;

constexpr std::uint16_t df = 0x4000;

/// A gateway with one SA, and all that leaves it.
struct Road {
  explicit Road(const SaSpec& spec) : gateways({spec}, notices) {}

  /// The outer datagrams; what was dropped leaves its verdict.
  auto send(const std::vector<Bytes>& clear, core::Time now = {}) -> std::vector<Bytes> {
    std::vector<Bytes> sent;
    Batch batch(clear);
    SeededRandom random(1);
    for (auto left = batch.packets(); !left.empty();) {
      const auto [count, out] = gateways.out.run(gateways.sender, left, {now, random});
      for (const auto& packet : out) {
        last = packet.verdict;
        if (packet.passes()) sent.emplace_back(packet.bytes().begin(), packet.bytes().end());
      }
      gateways.out.account(gateways.sender, out);
      left = left.subspan(count);
    }
    for (const auto& answer : gateways.out.answers()) {
      answers.emplace_back(answer.bytes().begin(), answer.bytes().end());
    }
    return sent;
  }
  auto receive(const std::vector<Bytes>& outer) -> std::vector<Bytes> {
    Batch batch(outer);
    gateways.receive(batch.packets());
    return batch.all_bytes();
  }
  auto sa() -> ipsec::OutboundSa& { return gateways.sender.sad.outbound(core::SaIndex{0}); }

  NoNotices notices;
  Gateways gateways;
  Verdict last{};
  std::vector<Bytes> answers;
};

auto with_df(std::size_t size) -> Bytes {
  return Ipv4Packet{.flags_and_offset = df, .payload = udp(1, 2, pattern(size - 28))}.bytes();
}
auto ipv6_of_size(std::size_t size) -> Bytes {
  return Ipv6Packet{.payload = udp(1, 2, pattern(size - 48))}.bytes();
}

// ARCH-8.2.1-04: in a tunnel before it is protected, so that the peer has nothing to reassemble.
TEST(PathRoad, cuts_ipv4_without_df_and_protects_each_fragment) {
  Road road({.path_mtu = 1400});

  const auto sent = road.send({udp4_of_size(3000)});

  ASSERT_EQ(sent.size(), 3U);
  std::size_t octets = 0;
  for (const auto& outer : sent) EXPECT_LE(outer.size(), 1400U);
  for (const auto& fragment : road.receive(sent)) octets += fragment.size() - 20;
  EXPECT_EQ(octets, 2980U);
  EXPECT_TRUE(road.answers.empty());
}

TEST(PathRoad, keeps_the_order_of_what_is_cut_and_what_is_not) {
  Road road({.path_mtu = 1400});
  const auto small = udp4_of_size(60);

  const auto arrived = road.receive(road.send({small, udp4_of_size(2000), small}));

  ASSERT_EQ(arrived.size(), 4U);
  EXPECT_EQ(arrived[0], small);
  EXPECT_EQ(arrived[3], small);
  EXPECT_EQ(u16(arrived[1], 6), 0x2000U);
  EXPECT_NE(u16(arrived[2], 6) & 0x1fffU, 0U);
}

// ARCH-8.2.1-03: what fits, to the octet.
TEST(PathRoad, answers_ipv4_with_df_with_the_size_that_fits) {
  Road road({.path_mtu = 1400});
  const auto largest =
      overhead_of(road.sa().parameters, road.sa().suite.sizes, 20).largest_inner(1400);

  EXPECT_TRUE(road.send({with_df(1400)}).empty());

  EXPECT_EQ(road.last, Verdict::too_big);
  ASSERT_EQ(road.answers.size(), 1U);
  EXPECT_EQ(u16(road.answers[0], 26), largest);
  EXPECT_EQ(road.send({with_df(largest)}).size(), 1U);
  EXPECT_TRUE(road.send({with_df(largest + 1)}).empty());
}

TEST(PathRoad, answers_ipv6_but_never_with_less_than_every_link_takes) {
  Road wide({.path_mtu = 1400});
  Road narrow({.path_mtu = 1300});

  EXPECT_TRUE(wide.send({ipv6_of_size(1400)}).empty());
  EXPECT_TRUE(narrow.send({ipv6_of_size(1400)}).empty());

  EXPECT_GT(u32(wide.answers.at(0), 44), 1280U);
  EXPECT_EQ(u32(narrow.answers.at(0), 44), 1280U);
}

// ARCH-6.2-02: the router behind us has an address that no selector holds.
TEST(PathRoad, sends_an_error_where_the_packet_it_quotes_would_be_answered) {
  Road road({.inner_ours = {"10.1.0.0/16"}, .inner_theirs = {"10.2.0.0/16"}});
  const auto error_about = [](std::string_view src) {
    const auto packet = Ipv4Packet{
        .src = address(src), .dst = address("10.1.0.1"), .payload = udp(1, 2, pattern(100))};
    Bytes error(net::longest_icmp_error);
    error.resize(
        net::write_too_big(error, packet.bytes(), {.from = address("192.0.2.77"), .mtu = 576}));
    return error;
  };

  EXPECT_EQ(road.send({error_about("10.2.0.1")}).size(), 1U);
  EXPECT_TRUE(road.send({error_about("10.9.0.1")}).empty());
  EXPECT_EQ(road.last, Verdict::no_policy);
}

// ARCH-8.2.1-05
TEST(PathRoad, cuts_the_outer_datagram_of_an_ipv6_packet_that_every_link_takes) {
  Road road({.path_mtu = 1300});

  const auto sent = road.send({ipv6_of_size(1280)});

  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(u16(sent[0], 6), 0x2000U);
  EXPECT_TRUE(road.answers.empty());
}

TEST(PathRoad, cuts_an_outer_ipv6_datagram_with_a_fragment_header) {
  Road road({.ours = "2001:db8::1", .theirs = "2001:db8::2", .path_mtu = 1280});

  const auto sent = road.send({ipv6_of_size(1280)});

  ASSERT_EQ(sent.size(), 2U);
  for (const auto& part : sent) {
    EXPECT_LE(part.size(), 1280U);
    EXPECT_TRUE(net::Ipv6::parse(part)->chain()->fragment.has_value());
  }
}

// RFC 4301, 8.1: DF cleared means that the outer datagram may be cut.
TEST(PathRoad, cuts_the_outer_datagram_where_the_sa_clears_df) {
  Road road({.df = sa::DfPolicy::clear, .path_mtu = 1400});

  EXPECT_EQ(road.send({with_df(1400)}).size(), 2U);
  EXPECT_TRUE(road.answers.empty());
}

// RFC 4303, 3.3.4: whole datagrams in transport mode, cut behind ESP.
TEST(PathRoad, cuts_the_outer_datagram_in_transport_mode) {
  Road road(
      {.mode = sa::Mode::transport, .ours = "10.1.0.1", .theirs = "10.2.0.1", .path_mtu = 1400});

  const auto sent = road.send({udp4_of_size(2000)});

  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(u8(sent[0], 9), 50U);
  EXPECT_EQ(u8(sent[1], 9), 50U);
}

TEST(PathRoad, leaves_cutting_to_the_system_where_it_writes_the_header) {
  Road road({.mode = sa::Mode::transport,
             .encapsulation = sa::UdpEncapsulation{},
             .ours = "10.1.0.1",
             .theirs = "10.2.0.1",
             .path_mtu = 1400});

  EXPECT_EQ(road.send({udp4_of_size(2000)}).size(), 1U);
}

// ARCH-5.1-06
TEST(PathRoad, leaves_all_cutting_to_the_outer_datagram_where_it_is_told_to) {
  Road road({.path_mtu = 1400, .fragmenting = sa::Fragmenting::after});
  const auto clear = udp4_of_size(2000);

  const auto outer = road.send({clear});

  ASSERT_EQ(outer.size(), 2U);
  EXPECT_TRUE(net::Ipv4::parse(outer[0])->is_fragment());
  EXPECT_TRUE(net::Ipv4::parse(outer[1])->is_fragment());
  EXPECT_EQ(road.sa().last_sequence(), core::Seq64{1}) << "one packet was protected";
}

// ARCH-8.2.1-02, ARCH-8.2.2-01
TEST(PathRoad, goes_by_what_the_sa_has_learnt_until_that_is_old) {
  Road road({.path_mtu = 1500});
  const core::Time start{std::chrono::hours(1)};

  EXPECT_EQ(road.send({with_df(1300)}, start).size(), 1U);
  road.sa().path_mtu.learn(1000, start);
  EXPECT_EQ(road.send({with_df(1300)}, start).size(), 0U);
  EXPECT_EQ(road.send({with_df(1300)}, start + road.sa().parameters.path_mtu_age).size(), 1U);
}

TEST(PathRoad, answers_no_more_often_than_it_may) {
  Road road({.path_mtu = 1400});
  const core::Time start{std::chrono::hours(1)};

  for (int i = 0; i < 200; ++i) (void)road.send({with_df(1400)}, start);

  EXPECT_EQ(road.answers.size(), ErrorAnswers::per_second);
}

auto syn() -> Bytes {
  return Ipv4Packet{
      .protocol = IpProtocol::tcp,
      .payload = TcpSegment{.flags = 2, .options = hex("020405b4"), .data = {}}.bytes()}
      .bytes();
}

TEST(PathRoad, lowers_the_segment_size_of_tcp_both_ways) {
  Road road({.path_mtu = 1400, .tcp_mss = sa::TcpMss::lower});
  const auto largest =
      overhead_of(road.sa().parameters, road.sa().suite.sizes, 20).largest_inner(1400);
  const auto lowered = road.receive(road.send({syn()}));

  EXPECT_EQ(u16(lowered.at(0), 42), largest - 40);

  Road unchanged({.path_mtu = 1400});
  EXPECT_EQ(u16(unchanged.receive(unchanged.send({syn()})).at(0), 42), 0x5b4U);
}

/// A path that swallows what is larger than it takes: TCP sends again and again.
TEST(PathRoad, notices_that_large_segments_are_swallowed_and_tells_tcp) {
  Road road({.path_mtu = 1500, .tcp_mss = sa::TcpMss::lower});
  const auto segment =
      Ipv4Packet{.protocol = IpProtocol::tcp,
                 .flags_and_offset = df,
                 .payload = TcpSegment{.options = {}, .data = pattern(1380)}.bytes()}
          .bytes();
  core::Time now{std::chrono::hours(1)};

  for (const auto wait : {0, 200, 400}) {
    EXPECT_EQ(road.send({segment}, now = now + milliseconds(wait)).size(), 1U);
  }
  EXPECT_TRUE(road.send({segment}, now = now + milliseconds(800)).empty());

  EXPECT_EQ(road.sa().path_mtu.current(), 1280);
  ASSERT_EQ(road.answers.size(), 1U);
  EXPECT_LT(u16(road.answers[0], 26), 1280U);
}

}  // namespace
}  // namespace esplanade::pipeline
