#include "daemon/notice_ring.h"

#include <gtest/gtest.h>

#include <thread>

namespace esplanade::daemon {
namespace {

auto numbered(std::uint32_t seq) -> pipeline::Notice { return {.seq = seq}; }

TEST(NoticeRing, gives_back_what_was_noted_in_order) {
  NoticeRing ring;

  ring.note(numbered(1));
  ring.note(numbered(2));

  EXPECT_EQ(ring.take()->seq, 1U);
  EXPECT_EQ(ring.take()->seq, 2U);
  EXPECT_FALSE(ring.take());
}

TEST(NoticeRing, counts_what_it_has_no_room_for) {
  NoticeRing ring;

  for (std::uint32_t i = 0; i < NoticeRing::capacity + 3; ++i) ring.note(numbered(i));

  EXPECT_EQ(ring.lost(), 3U);
  EXPECT_EQ(ring.take()->seq, 0U);
}

TEST(NoticeRing, loses_and_invents_nothing_between_two_threads) {
  constexpr std::uint32_t total = 100'000;
  NoticeRing ring;
  std::thread writer([&] {
    for (std::uint32_t i = 0; i < total; ++i) ring.note(numbered(i));
  });

  std::uint64_t taken = 0;
  std::uint32_t next = 0;
  bool in_order = true;
  const auto drain = [&] {
    while (const auto notice = ring.take()) {
      in_order = in_order && *notice->seq >= next;
      next = *notice->seq + 1;
      ++taken;
    }
  };
  while (taken + ring.lost() < total) drain();
  writer.join();
  drain();

  EXPECT_TRUE(in_order);
  EXPECT_EQ(taken + ring.lost(), total);
}

}  // namespace
}  // namespace esplanade::daemon
