// The window against the plainest model there is: a set of all numbers ever taken.
#include "ipsec/replay_window.h"
#include "tests/support/random.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

namespace esplanade::ipsec {
namespace {

using core::Seq64;

class Model {
 public:
  explicit Model(std::uint32_t size) : size_(size) {}

  auto check(std::uint64_t seq) const -> std::expected<void, ReplayError> {
    if (seq <= top_ && top_ - seq >= size_) return std::unexpected(ReplayError::forgotten);
    if (seq == 0 || seen_.contains(seq)) return std::unexpected(ReplayError::duplicate);
    return {};
  }
  auto commit(std::uint64_t seq) -> std::expected<void, ReplayError> {
    auto fresh = check(seq);
    if (fresh) {
      seen_.insert(seq);
      top_ = std::max(top_, seq);
    }
    return fresh;
  }
  /// The one full number with this low half that lies no further left than the window and no more
  /// than 2^32 from its left edge.
  auto infer(std::uint32_t low) const -> std::optional<std::uint64_t> {
    constexpr auto subspace = std::int64_t{1} << 32;
    const auto bottom = static_cast<std::int64_t>(top_) - size_ + 1;
    for (auto seq = static_cast<std::int64_t>(top_ >> 32) * subspace - subspace + low;;
         seq += subspace) {
      if (seq < bottom) continue;
      return seq < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(seq));
    }
  }
  [[nodiscard]] auto top() const -> std::uint64_t { return top_; }

 private:
  std::uint32_t size_;
  std::uint64_t top_ = 0;
  std::set<std::uint64_t> seen_;
};

auto any_size() -> rc::Gen<std::uint32_t> {
  return rc::gen::oneOf(rc::gen::element<std::uint32_t>(32, 63, 64, 65, 127, 128, 4032, 4096),
                        rc::gen::inRange<std::uint32_t>(32, 300),
                        rc::gen::inRange<std::uint32_t>(32, 70'000));
}

/// Numbers as an adversary would choose them: at the edges of the window, of words and of the
/// ring, repeated, and far ahead.
auto next_number(const Model& model, std::uint32_t size, test::SeededRandom& random)
    -> std::uint64_t {
  const auto near = random.below(5);
  const auto back = [&](std::uint64_t count) {
    return model.top() > count ? model.top() - count : 0;
  };
  switch (random.below(9)) {
    case 0:  return model.top() + 1;
    case 1:  return model.top() + near;
    case 2:  return back(near);
    case 3:  return back(size - 2 + near);
    case 4:  return back(random.below(2 * std::uint64_t{size}));
    case 5:  return model.top() + size - 2 + near;
    case 6:  return model.top() + 64 * (size / 64 + near);
    case 7:  return (model.top() | 63) + near;
    default: return model.top() + random.below(8 * std::uint64_t{size});
  }
}

auto a_start() -> rc::Gen<std::uint64_t> {
  constexpr auto two_to_32 = std::uint64_t{1} << 32;
  return rc::gen::oneOf(rc::gen::just<std::uint64_t>(0), rc::gen::inRange<std::uint64_t>(1, 10'000),
                        rc::gen::inRange<std::uint64_t>(two_to_32 - 5000, two_to_32 + 5000),
                        rc::gen::inRange<std::uint64_t>(9 * two_to_32 - 99, 9 * two_to_32 + 99));
}

/// Both have taken the same `count` numbers and said the same about each.
void run(ReplayWindow& window, Model& model, test::SeededRandom& random, int count) {
  for (int i = 0; i < count; ++i) {
    const auto seq = next_number(model, window.size(), random);
    RC_ASSERT(window.check(Seq64{seq}) == model.check(seq));
    RC_ASSERT(window.commit(Seq64{seq}) == model.commit(seq));
    RC_ASSERT(window.top().value == model.top());
  }
}

TEST(ReplayWindowModel, judges_every_order_as_a_set_of_all_numbers_does) {
  ASSERT_TRUE(rc::check("commit, check and top", [] {
    const auto size = *any_size();
    ReplayWindow window(size);
    Model model(size);
    test::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const auto start = *a_start();
    RC_ASSERT(window.commit(Seq64{start}) == model.commit(start));
    run(window, model, random, 500);
  }));
}

TEST(ReplayWindowModel, infers_the_only_number_that_lies_within_reach) {
  ASSERT_TRUE(rc::check("infer", [] {
    const auto size = *any_size();
    ReplayWindow window(size);
    Model model(size);
    const auto top = *a_start();
    (void)window.commit(Seq64{top});
    (void)model.commit(top);
    const auto edge = static_cast<std::uint32_t>(top - size + 1);
    const auto low =
        *rc::gen::oneOf(rc::gen::arbitrary<std::uint32_t>(),
                        rc::gen::element<std::uint32_t>(edge - 1, edge, edge + 1, 0, 1, 0xffffffff,
                                                        static_cast<std::uint32_t>(top)));

    const auto inferred = window.infer(low);
    const auto expected = model.infer(low);

    RC_ASSERT(inferred.has_value() == expected.has_value());
    if (inferred) RC_ASSERT(inferred->value == *expected);
  }));
}

TEST(ReplayWindowModel, follows_a_sender_across_two_to_the_32_by_low_halves_alone) {
  ASSERT_TRUE(rc::check("infer and commit", [] {
    const auto size = *any_size();
    test::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
    auto sent = (std::uint64_t{3} << 32) - 200;
    ReplayWindow window(size);
    (void)window.commit(Seq64{sent});
    for (int i = 0; i < 400; ++i) {
      sent += 1 + random.below(3);
      const auto late = sent - random.below(std::min<std::uint64_t>(size, 100) - 1);
      RC_ASSERT(window.infer(static_cast<std::uint32_t>(sent)) == Seq64{sent});
      (void)window.commit(Seq64{sent});
      RC_ASSERT(window.infer(static_cast<std::uint32_t>(late)) == Seq64{late});
    }
  }));
}

/// What a successor must know: of the numbers it reaches, it takes those that the one before
/// would have taken.
void is_continued(const ReplayWindow& before, const Model& model, std::uint32_t size) {
  ReplayWindow after(size);
  after.continue_from(before);

  RC_ASSERT(after.top() == before.top());
  const auto reach = std::uint64_t{std::max(size, before.size())} + 2;
  const auto first = model.top() > reach ? model.top() - reach : 0;
  for (auto seq = first; seq < model.top() + 3; ++seq) {
    const auto expected = model.top() >= seq && model.top() - seq >= size
                              ? std::unexpected(ReplayError::forgotten)
                              : model.check(seq);
    const bool is_beyond_before = !expected && expected.error() == ReplayError::forgotten;
    // What was forgotten before stays refused, though a wider window calls it a duplicate.
    RC_ASSERT(after.check(Seq64{seq}).has_value() == expected.has_value());
    if (!is_beyond_before) RC_ASSERT(after.check(Seq64{seq}) == expected);
  }
}

TEST(ReplayWindowModel, goes_on_in_a_window_of_any_size_as_if_nothing_had_happened) {
  ASSERT_TRUE(rc::check("continue_from", [] {
    const auto size = *rc::gen::inRange<std::uint32_t>(32, 3000);
    ReplayWindow before(size);
    Model model(size);
    test::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const auto start = *a_start();
    (void)before.commit(Seq64{start});
    (void)model.commit(start);
    run(before, model, random, static_cast<int>(random.below(300)));

    is_continued(before, model, size);
    is_continued(before, model, *rc::gen::inRange<std::uint32_t>(32, 3000));
  }));
}

TEST(ReplayWindowModel, stays_fresh_when_it_continues_one_that_saw_nothing) {
  ReplayWindow window(64);
  window.continue_from(ReplayWindow(128));

  EXPECT_EQ(window.top(), Seq64{0});
  EXPECT_FALSE(window.check(Seq64{0}));
  EXPECT_TRUE(window.check(Seq64{1}));
}

}  // namespace
}  // namespace esplanade::ipsec
