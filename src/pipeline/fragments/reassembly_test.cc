#include "pipeline/fragments/reassembly.h"

#include "net/fragment.h"
#include "tests/support/fragments.h"
#include "tests/support/packets.h"
#include "tests/support/random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr core::Time start{std::chrono::hours(1)};

auto esp4(std::size_t size) -> Bytes {
  return Ipv4Packet{.protocol = IpProtocol::esp, .payload = pattern(size)}.bytes();
}
auto esp6(std::size_t size) -> Bytes {
  return Ipv6Packet{.protocol = IpProtocol::esp,
                    .extensions = {extension(IpProtocol::hop_by_hop)},
                    .payload = pattern(size)}
      .bytes();
}

struct World {
  /// What the last of them makes.
  auto put(const std::vector<Bytes>& fragments, core::Time now = start)
      -> std::expected<Bytes, Verdict> {
    std::expected<Bytes, Verdict> last;
    for (const auto& fragment : fragments) {
      const auto whole = reassembly.put(fragment, net::Datagram::parse(fragment).value(), now);
      if (whole) {
        last = Bytes(whole->begin(), whole->end());
      } else {
        last = std::unexpected(whole.error());
      }
    }
    return last;
  }
  Reassembly reassembly;
};

TEST(Reassembly, gives_back_what_was_cut_in_any_order) {
  SeededRandom random(1);
  World world;
  for (int i = 0; i < 200; ++i) {
    const auto size = 1000 + random.below(8000);
    const auto datagram = i % 2 == 0 ? esp4(size) : esp6(size);
    auto parts = cut(datagram, 200 + random.below(700));
    for (auto j = parts.size(); j > 1; --j) std::swap(parts[j - 1], parts[random.below(j)]);
    EXPECT_EQ(world.put(parts), datagram);
  }
}

TEST(Reassembly, waits_for_what_is_missing) {
  World world;
  auto parts = cut(esp4(3000), 1000);
  const auto first = parts.front();
  parts.erase(parts.begin());

  EXPECT_EQ(world.put(parts).error(), Verdict::fragment_kept);
  EXPECT_EQ(world.put({first}), esp4(3000));
}

TEST(Reassembly, forgets_what_has_waited_too_long) {
  World world;
  const auto parts = cut(esp4(1500), 1000);

  EXPECT_EQ(world.put({parts[0]}).error(), Verdict::fragment_kept);
  EXPECT_EQ(world.put({parts[1]}, start + Reassembly::longest_wait).error(),
            Verdict::fragment_kept);
}

TEST(Reassembly, passes_over_exact_copies) {
  World world;
  const auto parts = cut(esp4(1500), 1000);
  EXPECT_EQ(world.put({parts[0], parts[0], parts[1]}), esp4(1500));
}

// RFC 5722; the attacks of RFC 1858 and RFC 3128 need it.
TEST(Reassembly, gives_up_a_datagram_whose_fragments_overlap) {
  World world;
  const auto parts = cut(esp4(1500), 1000);
  const auto others = cut(esp4(1500), 600);

  EXPECT_EQ(world.put({parts[0], others[1]}).error(), Verdict::bad_fragment);
  EXPECT_EQ(world.put({parts[1]}).error(), Verdict::fragment_kept);
}

TEST(Reassembly, refuses_fragments_that_no_sender_makes) {
  const auto refused = [](std::uint16_t flags_and_offset, std::size_t size) {
    World world;
    const Ipv4Packet packet{.protocol = IpProtocol::esp,
                            .flags_and_offset = flags_and_offset,
                            .payload = pattern(size)};
    return world.put({packet.bytes()}).error() == Verdict::bad_fragment;
  };
  EXPECT_TRUE(refused(0x2000, 1001));  // not the last, and no multiple of 8
  EXPECT_TRUE(refused(0x2001, 0));     // empty
  EXPECT_TRUE(refused(0x1fff, 64));    // ends beyond 65535
  EXPECT_FALSE(refused(0x2000, 8));
}

TEST(Reassembly, refuses_a_second_end_and_what_lies_behind_the_first) {
  const auto last = [](std::uint16_t offset) {
    return Ipv4Packet{
        .protocol = IpProtocol::esp, .flags_and_offset = offset, .payload = pattern(64)}
        .bytes();
  };
  World world;
  EXPECT_EQ(world.put({last(10), last(100)}).error(), Verdict::bad_fragment);
  EXPECT_EQ(world.put({last(10), last(0x2000 | 100)}).error(), Verdict::bad_fragment);
}

// RFC 3168, 5.3
TEST(Reassembly, is_marked_if_one_fragment_is_and_refused_if_one_must_not_be) {
  const auto with_tos = [](std::uint16_t flags, std::uint8_t tos) {
    return Ipv4Packet{
        .protocol = IpProtocol::esp, .tos = tos, .flags_and_offset = flags, .payload = pattern(64)}
        .bytes();
  };
  World world;
  EXPECT_EQ(u8(world.put({with_tos(0x2000, 2), with_tos(8, 3)}).value(), 1), 3U);
  EXPECT_EQ(
      naive_checksum(View(world.put({with_tos(0x2000, 2), with_tos(8, 3)}).value()).first(20)), 0U);
  EXPECT_EQ(world.put({with_tos(0x2000, 0), with_tos(8, 3)}).error(), Verdict::bad_fragment);
}

TEST(Reassembly, gives_the_oldest_datagrams_room_to_new_ones) {
  World world;
  const auto part_of = [](std::size_t i, std::size_t part) {
    auto datagram = esp4(1500);
    datagram[5] = static_cast<std::byte>(i);
    return cut(datagram, 1000).at(part);
  };
  for (std::size_t i = 0; i <= Reassembly::datagrams; ++i) {
    (void)world.put({part_of(i, 0)}, start + std::chrono::milliseconds(i));
  }

  EXPECT_EQ(world.put({part_of(0, 1)}, start + std::chrono::seconds(5)).error(),
            Verdict::fragment_kept);
  EXPECT_TRUE(world.put({part_of(Reassembly::datagrams, 1)}, start + std::chrono::seconds(5)));
}

}  // namespace
}  // namespace esplanade::pipeline
