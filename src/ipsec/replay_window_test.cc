#include "ipsec/replay_window.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using core::Seq64;

constexpr auto forgotten = std::unexpected(ReplayError::forgotten);
constexpr auto duplicate = std::unexpected(ReplayError::duplicate);
using Answer = std::expected<void, ReplayError>;

constexpr std::uint64_t two_to_32 = 1ULL << 32;

auto window_at(std::uint32_t size, std::uint64_t top) -> ReplayWindow {
  ReplayWindow window(size);
  (void)window.commit(Seq64{top});
  return window;
}

class EverySize : public ::testing::TestWithParam<std::uint32_t> {};

INSTANTIATE_TEST_SUITE_P(ReplayWindow, EverySize,
                         ::testing::Values(32, 33, 63, 64, 65, 66, 100, 127, 128, 129, 1000, 1024,
                                           4032, 4096, 65536, ReplayWindow::max_size));

TEST_P(EverySize, has_the_size_it_was_made_with_and_begins_at_zero) {
  const ReplayWindow window(GetParam());

  EXPECT_EQ(window.size(), GetParam());
  EXPECT_EQ(window.top(), Seq64{0});
}

TEST_P(EverySize, never_takes_number_zero) {
  ReplayWindow window(GetParam());

  EXPECT_EQ(window.check(Seq64{0}), Answer(duplicate));
  EXPECT_EQ(window.commit(Seq64{0}), Answer(duplicate));
  (void)window.commit(Seq64{1});
  EXPECT_EQ(window.check(Seq64{0}), Answer(duplicate));
}

TEST_P(EverySize, takes_the_first_number_once) {
  ReplayWindow window(GetParam());

  EXPECT_EQ(window.commit(Seq64{1}), Answer());
  EXPECT_EQ(window.commit(Seq64{1}), Answer(duplicate));
  EXPECT_EQ(window.top(), Seq64{1});
}

TEST_P(EverySize, reaches_exactly_to_its_left_edge) {
  constexpr std::uint64_t top = 5'000'000;
  auto window = window_at(GetParam(), top);

  EXPECT_EQ(window.check(Seq64{top - GetParam()}), Answer(forgotten));
  EXPECT_EQ(window.commit(Seq64{top - GetParam() + 1}), Answer());
  EXPECT_EQ(window.commit(Seq64{top - GetParam() + 1}), Answer(duplicate));
  EXPECT_EQ(window.top(), Seq64{top});
}

TEST_P(EverySize, takes_every_number_of_the_window_once_from_left_to_right) {
  constexpr std::uint64_t top = 5'000'000;
  auto window = window_at(GetParam(), top);

  for (auto seq = top - GetParam() + 1; seq < top; ++seq) {
    ASSERT_EQ(window.commit(Seq64{seq}), Answer()) << seq;
    ASSERT_EQ(window.commit(Seq64{seq}), Answer(duplicate)) << seq;
  }
}

TEST_P(EverySize, has_nothing_left_of_the_past_after_a_jump_over_everything) {
  auto window = window_at(GetParam(), 1);
  for (std::uint64_t seq = 2; seq < 300; ++seq) (void)window.commit(Seq64{seq});
  const auto top = 300 + std::uint64_t{GetParam()} * 5;
  (void)window.commit(Seq64{top});

  EXPECT_EQ(window.check(Seq64{299}), Answer(forgotten));
  for (auto seq = top - GetParam() + 1; seq < top; ++seq) {
    ASSERT_EQ(window.check(Seq64{seq}), Answer()) << seq;
  }
}

TEST_P(EverySize, moves_by_one_and_forgets_one) {
  auto window = window_at(GetParam(), 1000 + std::uint64_t{GetParam()});

  EXPECT_EQ(window.check(Seq64{1001}), Answer());
  (void)window.commit(Seq64{1001 + std::uint64_t{GetParam()}});
  EXPECT_EQ(window.check(Seq64{1001}), Answer(forgotten));
}

TEST_P(EverySize, takes_the_last_number_there_is) {
  constexpr auto last = ~std::uint64_t{0};
  auto window = window_at(GetParam(), last - 1);

  EXPECT_EQ(window.commit(Seq64{last}), Answer());
  EXPECT_EQ(window.commit(Seq64{last}), Answer(duplicate));
  EXPECT_EQ(window.commit(Seq64{last - GetParam() + 1}), Answer());
  EXPECT_EQ(window.commit(Seq64{last - GetParam()}), Answer(forgotten));
}

TEST(ReplayWindow, changes_nothing_when_it_is_only_asked) {
  const auto window = window_at(64, 100);

  EXPECT_EQ(window.check(Seq64{1'000'000}), Answer());
  EXPECT_EQ(window.check(Seq64{1'000'000}), Answer());
  EXPECT_EQ(window.top(), Seq64{100});
}

TEST(ReplayWindowDeathTest, refuses_sizes_outside_its_limits) {
  EXPECT_DEATH(ReplayWindow{31}, "bug at");
  EXPECT_DEATH(ReplayWindow{ReplayWindow::max_size + 1}, "bug at");
}

// RFC 4303, A2.2: W = 64, so that Bl = Tl - 63.

TEST(ReplayWindowInference, case_a_keeps_the_high_half_from_the_bottom_up) {
  const auto window = window_at(64, 7 * two_to_32 + 1000);

  EXPECT_EQ(window.infer(1000 - 63), Seq64{7 * two_to_32 + 1000 - 63});
  EXPECT_EQ(window.infer(1000), Seq64{7 * two_to_32 + 1000});
  EXPECT_EQ(window.infer(0xffffffff), Seq64{7 * two_to_32 + 0xffffffff});
}

TEST(ReplayWindowInference, case_a_takes_what_lies_below_the_bottom_for_the_next_subspace) {
  const auto window = window_at(64, 7 * two_to_32 + 1000);

  EXPECT_EQ(window.infer(1000 - 64), Seq64{8 * two_to_32 + 1000 - 64});
  EXPECT_EQ(window.infer(0), Seq64{8 * two_to_32});
}

TEST(ReplayWindowInference, case_a_begins_where_the_window_just_fits_its_subspace) {
  const auto window = window_at(64, 7 * two_to_32 + 63);

  EXPECT_EQ(window.infer(0), Seq64{7 * two_to_32});
  EXPECT_EQ(window.infer(0xffffffff), Seq64{7 * two_to_32 + 0xffffffff});
}

TEST(ReplayWindowInference, case_b_spans_two_subspaces) {
  const auto window = window_at(64, 7 * two_to_32 + 62);

  EXPECT_EQ(window.infer(0xffffffff), Seq64{6 * two_to_32 + 0xffffffff});
  EXPECT_EQ(window.infer(0xfffffffe), Seq64{7 * two_to_32 + 0xfffffffe});
  EXPECT_EQ(window.infer(0), Seq64{7 * two_to_32});
  EXPECT_EQ(window.infer(62), Seq64{7 * two_to_32 + 62});
  EXPECT_EQ(window.infer(63), Seq64{7 * two_to_32 + 63});
}

TEST(ReplayWindowInference, case_b_refuses_what_would_precede_the_first_number) {
  const ReplayWindow fresh(64);
  const auto window = window_at(64, 10);

  EXPECT_EQ(fresh.infer(0xffffffff), std::nullopt);
  EXPECT_EQ(window.infer(static_cast<std::uint32_t>(10 - 63)), std::nullopt);
  EXPECT_EQ(window.infer(static_cast<std::uint32_t>(10 - 64)),
            Seq64{static_cast<std::uint32_t>(10 - 64)});
  EXPECT_EQ(window.infer(11), Seq64{11});
}

TEST(ReplayWindowInference, carries_into_the_high_half_when_the_low_one_wraps) {
  auto window = window_at(64, two_to_32 - 1);

  const auto next = window.infer(0);
  ASSERT_EQ(next, Seq64{two_to_32});
  EXPECT_EQ(window.commit(*next), Answer());
  EXPECT_EQ(window.top(), Seq64{two_to_32});
  EXPECT_EQ(window.infer(0xffffffff), Seq64{two_to_32 - 1});
  EXPECT_EQ(window.check(Seq64{two_to_32 - 1}), Answer(duplicate));
}

TEST(ReplayWindowInference, finds_nothing_new_behind_the_last_subspace) {
  const auto window = window_at(64, ~std::uint64_t{0} - 100);

  const auto wrapped = window.infer(5);
  ASSERT_TRUE(wrapped);
  EXPECT_EQ(window.check(*wrapped), Answer(forgotten));
}

}  // namespace
}  // namespace esplanade::ipsec
