#include "platform/system_random.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <set>

namespace esplanade::platform {
namespace {

using Octets16 = std::array<std::byte, 16>;

TEST(SystemRandom, never_repeats_16_octets_across_refills) {
  SystemRandom random;
  std::set<Octets16> seen;
  for (int i = 0; i < 1000; ++i) {
    Octets16 octets{};
    random.fill(octets);
    EXPECT_TRUE(seen.insert(octets).second);
  }
}

TEST(SystemRandom, fills_every_octet_of_more_than_its_pool) {
  SystemRandom random;
  core::Bytes octets(10'000);
  for (int i = 0; i < 4; ++i) {  // a zero octet four times in a row at one place: 2^-32
    core::Bytes more(octets.size());
    random.fill(more);
    for (std::size_t at = 0; at < octets.size(); ++at) octets[at] |= more[at];
  }
  EXPECT_EQ(std::ranges::count(octets, std::byte{0}), 0);
}

TEST(SystemRandom, gives_two_instances_different_octets) {
  SystemRandom first;
  SystemRandom second;
  Octets16 a{}, b{};
  first.fill(a);
  second.fill(b);
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace esplanade::platform
