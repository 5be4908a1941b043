// The hop limit of what a gateway between two links sends into a tunnel (RFC 4301, 5.1.2.1).
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

/// Two gateways with a tunnel for 10.2.0.0/16; 10.9.0.0/16 passes in clear.
struct Road {
  Road() {
    gateways.sender.spd.append(
        policy::ClearEntry{{traffic({"10.1.0.0/16"}), traffic({"10.9.0.0/16"})},
                           policy::Processing::bypass,
                           policy::Sides::both,
                           "pass"});
  }
  /// What arrives of `clear` at the other end, or leaves in clear.
  auto send(const Bytes& clear, Hops hops) -> std::vector<Bytes> {
    Batch batch({clear});
    SeededRandom random(1);
    std::vector<Bytes> sent;
    for (auto left = batch.packets(); !left.empty();) {
      const auto [count, out] =
          gateways.out.run(gateways.sender, left, {.now = {}, .random = random}, hops);
      for (const auto& packet : out) {
        last = packet.verdict;
        if (packet.passes()) sent.emplace_back(packet.bytes().begin(), packet.bytes().end());
      }
      left = left.subspan(count);
    }
    if (last != Verdict::pass || batch.packets()[0].sa == core::SaIndex::none) return sent;
    Batch arrived(sent);
    gateways.receive(arrived.packets());
    return arrived.all_bytes();
  }

  NoNotices notices;
  Gateways gateways{{SaSpec{.path_mtu = 1500, .inner_theirs = {"10.2.0.0/16"}}}, notices};
  Verdict last{};
};

auto with_ttl(std::uint8_t ttl, std::string_view dst = "10.2.0.1", std::size_t size = 64) -> Bytes {
  Bytes octets(net::ipv4_min_header);
  const auto payload = udp(1, 2, pattern(size));
  net::write_ipv4(std::span<std::byte, net::ipv4_min_header>{octets},
                  {.src = address("10.1.0.1"),
                   .dst = address(dst),
                   .protocol = IpProtocol::udp,
                   .payload_length = static_cast<std::uint16_t>(payload.size()),
                   .ttl = ttl});
  octets.insert(octets.end(), payload.begin(), payload.end());
  return octets;
}

TEST(HopsRoad, is_lowered_where_the_road_is_to_forward_and_kept_where_a_system_has) {
  Road road;
  EXPECT_EQ(road.send(with_ttl(64), Hops::lower), std::vector<Bytes>{with_ttl(63)});
  EXPECT_EQ(road.send(with_ttl(64), Hops::keep), std::vector<Bytes>{with_ttl(64)});
}

TEST(HopsRoad, ends_a_packet_that_may_go_no_further) {
  Road road;
  EXPECT_TRUE(road.send(with_ttl(1), Hops::lower).empty());
  EXPECT_EQ(road.last, Verdict::hop_limit_over);
}

TEST(HopsRoad, is_kept_by_what_passes_in_clear) {
  Road road;
  EXPECT_EQ(road.send(with_ttl(1, "10.9.0.1"), Hops::lower),
            std::vector<Bytes>{with_ttl(1, "10.9.0.1")});
}

TEST(HopsRoad, is_lowered_once_for_each_fragment_of_what_is_cut) {
  Road road;
  const auto fragments = road.send(with_ttl(64, "10.2.0.1", 1600), Hops::lower);
  ASSERT_EQ(fragments.size(), 2U);
  for (const auto& fragment : fragments) {
    EXPECT_EQ(net::Ipv4::parse(fragment)->ttl(), 63);
    EXPECT_TRUE(net::Ipv4::parse(fragment)->is_checksum_right());
  }
}

}  // namespace
}  // namespace esplanade::pipeline
