// Padding that hides how long packets are (RFC 4303, 2.7).
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto outer_sizes(const SaSpec& spec, std::initializer_list<std::size_t> inner)
    -> std::vector<std::size_t> {
  auto out = make_outbound(spec);
  std::vector<std::size_t> sizes;
  for (const auto size : inner) sizes.push_back(sealed(*out, udp4_of_size(size)).size());
  return sizes;
}

TEST(Tfc, makes_small_packets_as_large_as_is_asked_for_and_leaves_larger_ones) {
  const auto sizes = outer_sizes({.pad_to = 1000}, {28, 500, 1000, 1200});
  const auto without = outer_sizes({}, {1000, 1200});

  EXPECT_EQ(sizes, (std::vector{without[0], without[0], without[0], without[1]}));
}

TEST(Tfc, fills_the_path_and_no_more) {
  for (const auto& algorithms : all_esp_algorithms()) {
    const SaSpec spec{.algorithms = algorithms, .path_mtu = 1400, .pad_to = 65535};
    const auto sizes = outer_sizes(spec, {28, 900});
    EXPECT_EQ(sizes[0], sizes[1]);
    EXPECT_LE(sizes[0], 1400U);
    EXPECT_GT(sizes[0] + 16, 1400U);
  }
}

// ESP-2.7-04: by the length of the packet inside.
TEST(Tfc, is_taken_off_by_the_receiver) {
  for (const auto& algorithms : all_esp_algorithms()) {
    const SaSpec spec{.algorithms = algorithms, .pad_to = 700};
    auto out = make_outbound(spec);
    auto in = make_inbound(spec);
    const auto clear = udp4_of_size(77);
    EXPECT_EQ(opened(*in, sealed(*out, clear)), (Outcome{net::Verdict::pass, clear}));
  }
}

TEST(Tfc, is_for_tunnels_alone) {
  const auto sizes = outer_sizes({.mode = sa::Mode::transport, .pad_to = 1000}, {100});

  EXPECT_LT(sizes[0], 200U);
}

}  // namespace
}  // namespace esplanade::esp
