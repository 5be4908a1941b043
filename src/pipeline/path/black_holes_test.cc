#include "pipeline/path/black_holes.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)
using std::chrono::seconds;

constexpr core::Time start{std::chrono::hours(1)};

struct World {
  /// At each of `times` after the start; true if it is held for swallowed in the end.
  auto send(const Bytes& packet, std::initializer_list<core::Duration> times) -> bool {
    bool is_swallowed = false;
    for (const auto time : times) {
      is_swallowed = holes.is_swallowed(net::Datagram::parse(packet).value(), packet, start + time);
    }
    return is_swallowed;
  }
  BlackHoles holes;
};

auto segment(std::size_t size, std::uint32_t number = 1, std::uint8_t flags = 0x10) -> Bytes {
  return Ipv4Packet{
      .protocol = IpProtocol::tcp,
      .payload = TcpSegment{.number = number, .flags = flags, .options = {}, .data = pattern(size)}
                     .bytes()}
      .bytes();
}

TEST(BlackHoles, are_suspected_behind_the_second_repetition_over_a_second) {
  World world;
  EXPECT_FALSE(world.send(segment(1000), {seconds(0), seconds(1)}));
  EXPECT_TRUE(world.send(segment(1000), {seconds(2)}));
}

TEST(BlackHoles, are_not_suspected_of_what_is_sent_again_at_once) {
  World world;
  EXPECT_FALSE(world.send(segment(1000), {seconds(0), seconds(0), seconds(0), seconds(0)}));
}

TEST(BlackHoles, are_not_suspected_of_what_goes_on) {
  World world;
  for (std::uint32_t i = 0; i < 100; ++i) {
    EXPECT_FALSE(world.send(segment(1000, 1000 * i), {seconds(i)}));
  }
}

TEST(BlackHoles, are_suspected_by_large_segments_of_tcp_alone) {
  World world;
  EXPECT_FALSE(world.send(segment(400), {seconds(0), seconds(1), seconds(2), seconds(3)}));
  EXPECT_FALSE(world.send(udp4_of_size(1000), {seconds(0), seconds(1), seconds(2), seconds(3)}));
}

TEST(BlackHoles, forget_what_is_old) {
  World world;
  EXPECT_FALSE(world.send(segment(1000), {seconds(0), seconds(20), seconds(51), seconds(82)}));
}

TEST(BlackHoles, are_met_with_what_nearly_every_path_carries_and_then_what_all_do) {
  EXPECT_EQ(BlackHoles::base_mtu(1500), 1280);
  EXPECT_EQ(BlackHoles::base_mtu(1280), 576);
}

}  // namespace
}  // namespace esplanade::pipeline
