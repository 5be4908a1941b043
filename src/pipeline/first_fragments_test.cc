#include "pipeline/first_fragments.h"

#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using core::SaIndex;
using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr std::uint16_t more = 0x2000;
constexpr core::Time start{std::chrono::hours(1)};

auto first(std::uint16_t port, std::string_view dst = "10.2.0.1") -> Bytes {
  return Ipv4Packet{
      .dst = address(dst), .flags_and_offset = more, .payload = udp(9, port, pattern(16))}
      .bytes();
}
auto later(std::string_view dst = "10.2.0.1") -> Bytes {
  return Ipv4Packet{.dst = address(dst), .flags_and_offset = 3, .payload = pattern(16)}.bytes();
}
auto parsed(const Bytes& octets) -> net::Datagram { return net::Datagram::parse(octets).value(); }

TEST(FirstFragments, tell_later_ones_their_ports) {
  FirstFragments fragments;
  fragments.remember(parsed(first(53)), start);

  const auto complete = fragments.complete(parsed(later()), start);

  ASSERT_TRUE(complete);
  EXPECT_EQ(complete->ports, (net::Ports{.src = 9, .dst = 53}));
  EXPECT_EQ(complete->protocol, iana::IpProtocol::udp);
  EXPECT_FALSE(fragments.complete(parsed(later("10.2.0.2")), start));
}

TEST(FirstFragments, are_forgotten_in_time_and_by_the_next_with_their_number) {
  FirstFragments fragments;
  fragments.remember(parsed(first(53)), start);
  EXPECT_TRUE(fragments.complete(parsed(later()), start + FirstFragments::kept_for));
  EXPECT_FALSE(fragments.complete(parsed(later()),
                                  start + FirstFragments::kept_for + std::chrono::seconds(1)));

  fragments.remember(parsed(first(80)), start);
  EXPECT_EQ(fragments.complete(parsed(later()), start)->ports->dst, 80);
}

TEST(FirstFragments, are_only_those_that_show_their_ports) {
  FirstFragments fragments;
  fragments.remember(parsed(Ipv4Packet{.flags_and_offset = more, .payload = pattern(2)}.bytes()),
                     start);
  EXPECT_FALSE(fragments.complete(parsed(later()), start));

  fragments.remember(parsed(first(53)), start);
  EXPECT_FALSE(fragments.complete(parsed(first(53)), start));
}

/// RFC 8200, 4.5: destination options behind the Fragment header show in the first fragment alone.
TEST(FirstFragments, give_the_protocol_of_ipv6_too) {
  const auto options = extension(iana::IpProtocol::destination_options);
  const auto head =
      Ipv6Packet{.extensions = {fragment_header(1), options}, .payload = udp(9, 53, pattern(8))}
          .bytes();
  const auto tail = Ipv6Packet{.protocol = iana::IpProtocol::destination_options,
                               .extensions = {fragment_header(24)},
                               .payload = pattern(8)}
                        .bytes();
  FirstFragments fragments;
  fragments.remember(parsed(head), start);

  const auto complete = fragments.complete(parsed(tail), start);

  ASSERT_TRUE(complete);
  EXPECT_EQ(complete->protocol, iana::IpProtocol::udp);
  EXPECT_EQ(complete->ports->dst, 53);
}

/// The first SA for port 53 alone, the second for whatever shows no ports either.
struct Ends : Gateways {
  explicit Ends(bool is_agreed) : Gateways(specs(is_agreed), quiet) {}
  static auto specs(bool is_agreed) -> std::vector<SaSpec> {
    return {{.spi = 0x1001,
             .inner_ours = {"10.1.0.0/16"},
             .inner_theirs = {"10.2.0.0/16"},
             .their_ports = {.first = 53, .last = 53},
             .carries_later_fragments = is_agreed},
            {.spi = 0x1002, .inner_ours = {"10.1.0.0/16"}, .inner_theirs = {"10.2.0.0/16"}}};
  }
  /// The SAs that took them.
  auto send(std::vector<Bytes> clear) -> std::vector<SaIndex> {
    Batch batch(clear);
    Gateways::send(batch.packets());
    std::vector<SaIndex> sas;
    for (const auto& packet : batch.packets()) sas.push_back(packet.sa);
    sealed = batch.all_bytes();
    return sas;
  }
  auto receive(const std::vector<Bytes>& esp) -> std::vector<Verdict> {
    Batch batch(esp);
    Gateways::receive(batch.packets());
    return batch.verdicts();
  }
  NoNotices quiet;
  std::vector<Bytes> sealed;
};

TEST(LaterFragments, go_through_the_sa_of_the_first_one_where_both_ends_agreed) {
  Ends agreed(true);
  EXPECT_EQ(agreed.send({first(53), later()}), (std::vector{SaIndex{0}, SaIndex{0}}));
  EXPECT_EQ(agreed.receive(agreed.sealed), (std::vector{Verdict::pass, Verdict::pass}));

  Ends not_agreed(false);
  EXPECT_EQ(not_agreed.send({first(53), later()}), (std::vector{SaIndex{0}, SaIndex{1}}));
  EXPECT_EQ(not_agreed.receive(not_agreed.sealed), (std::vector{Verdict::pass, Verdict::pass}));
}

TEST(LaterFragments, of_other_datagrams_do_not_go_through_the_sa_of_some_ports) {
  Ends gateways(true);
  EXPECT_EQ(gateways.send({first(80), later()}), (std::vector{SaIndex{1}, SaIndex{1}}));
  EXPECT_EQ(gateways.send({later("10.2.0.9")}), (std::vector{SaIndex{1}}));
}

TEST(LaterFragments, are_refused_by_the_receiver_that_saw_no_first_one) {
  Ends gateways(true);
  (void)gateways.send({first(53), later()});

  EXPECT_EQ(gateways.receive({gateways.sealed[1]}), (std::vector{Verdict::selector_mismatch}));
  EXPECT_EQ(gateways.receive({gateways.sealed[0]}), (std::vector{Verdict::pass}));
}

}  // namespace
}  // namespace esplanade::pipeline
