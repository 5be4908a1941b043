#include "ike/exchange/exchanges.h"

#include "tests/support/random.h"

#include <gtest/gtest.h>

namespace esplanade::ike::exchange {
namespace {

using namespace std::chrono_literals;

constexpr core::Time start{1h};

auto message(std::uint8_t octet) -> Datagrams { return {core::Bytes{std::byte{octet}}}; }

struct Sender {
  Exchanges exchanges;
  test::SeededRandom random{1};

  explicit Sender(const RetransmitPolicy& policy = {.first = 1s, .base = 2, .tries = 3})
      : exchanges(policy) {}

  void send(core::Time now = start) {
    const auto id = exchanges.next_id();
    exchanges.start(id, message(static_cast<std::uint8_t>(id)), now, random);
  }
  /// Seconds from `start` at which something is sent again, or given up at last.
  auto times() -> std::vector<double> {
    std::vector<double> times;
    for (;;) {
      const auto now = *exchanges.next_deadline();
      times.push_back(std::chrono::duration<double>(now - start).count());
      if (exchanges.due(now, random).front().again == nullptr) return times;
    }
  }
};

TEST(Requests, are_numbered_from_zero) {
  Sender sender;
  EXPECT_EQ(sender.exchanges.next_id(), 0U);
  sender.send();
  EXPECT_TRUE(sender.exchanges.is_pending(0));
  EXPECT_EQ(sender.exchanges.next_id(), 1U);
}

TEST(Requests, wait_for_the_response_before_the_next) {
  Sender sender;
  sender.send();
  EXPECT_FALSE(sender.exchanges.has_room());

  sender.exchanges.finish(0);
  EXPECT_TRUE(sender.exchanges.has_room());
  EXPECT_TRUE(sender.exchanges.is_idle());
}

TEST(Requests, go_out_together_as_far_as_the_peers_window) {
  Sender sender;
  sender.exchanges.widen_theirs(3);
  for (auto i = 0; i < 3; ++i) {
    EXPECT_TRUE(sender.exchanges.has_room());
    sender.send();
  }
  EXPECT_FALSE(sender.exchanges.has_room());

  // Answers come in any order, but number 3 must wait for that to 0 (RFC 7296, 2.3).
  sender.exchanges.finish(1);
  EXPECT_FALSE(sender.exchanges.has_room());
  sender.exchanges.finish(0);
  EXPECT_TRUE(sender.exchanges.has_room());
}

TEST(Requests, keep_the_widest_window_that_was_told) {
  Sender sender;
  sender.exchanges.widen_theirs(2);
  sender.exchanges.widen_theirs(1);
  sender.send();
  EXPECT_TRUE(sender.exchanges.has_room());

  sender.exchanges.widen_theirs(0xffffffff);  // and no peer makes us keep any number
  for (auto i = 1; i < 64; ++i) sender.send();
  EXPECT_FALSE(sender.exchanges.has_room());
}

TEST(Requests, are_sent_again_at_growing_intervals_and_then_given_up) {
  Sender sender;
  sender.send();

  EXPECT_EQ(sender.times(), (std::vector<double>{1, 3, 7, 15}));
}

TEST(Requests, are_waited_for_as_long_as_patience_says) {
  const Sender sender;
  EXPECT_EQ(sender.exchanges.patience(), 15s);
}

TEST(Requests, that_near_the_last_number_wear_out_the_sa_in_time) {
  constexpr auto worn = Exchanges::worn_at;
  Exchanges ours{{}, worn - 1};
  EXPECT_FALSE(ours.is_worn());
  test::SeededRandom random{1};
  ours.start(worn - 1, message(0), start, random);
  EXPECT_TRUE(ours.is_worn());

  Exchanges theirs{{}, worn - 1};
  theirs.take(worn - 1);
  EXPECT_TRUE(theirs.is_worn());
}

TEST(Requests, are_sent_again_octet_by_octet) {
  Sender sender;
  sender.send();

  const auto due = sender.exchanges.due(start + 1s, sender.random);

  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due.front().id, 0U);
  EXPECT_EQ(*due.front().again, message(0));
  EXPECT_TRUE(sender.exchanges.due(start + 2s, sender.random).empty());
}

TEST(Requests, are_not_sent_again_once_they_are_answered) {
  Sender sender;
  sender.send();
  sender.exchanges.finish(0);

  EXPECT_EQ(sender.exchanges.next_deadline(), std::nullopt);
  EXPECT_TRUE(sender.exchanges.due(start + 1h, sender.random).empty());
}

TEST(Requests, may_change_their_octets_and_keep_their_number) {
  Sender sender;
  sender.send();
  (void)sender.exchanges.due(start + 1s, sender.random);

  sender.exchanges.restart(0, message(7), start + 2s, sender.random);

  EXPECT_EQ(sender.exchanges.next_deadline(), start + 3s);  // intervals begin anew
  EXPECT_EQ(*sender.exchanges.due(start + 3s, sender.random).front().again, message(7));
  EXPECT_EQ(sender.exchanges.next_id(), 1U);
}

TEST(Requests, are_sent_again_a_little_early_at_random) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Sender sender({.first = 1s, .base = 2, .tries = 1, .jitter = 0.5});
    test::SeededRandom random(seed);
    sender.exchanges.start(0, message(0), start, random);
    const auto wait = *sender.exchanges.next_deadline() - start;
    EXPECT_GE(wait, 500ms);
    EXPECT_LE(wait, 1s);
  }
}

TEST(Responses, answer_a_request_once_and_then_from_memory) {
  Exchanges exchanges({});
  EXPECT_EQ(exchanges.judge(0), Incoming::fresh);

  exchanges.take(0);
  EXPECT_EQ(exchanges.judge(0), Incoming::being_answered);
  EXPECT_EQ(exchanges.stored(0), nullptr);

  exchanges.answer(0, message(9));
  EXPECT_EQ(exchanges.judge(0), Incoming::duplicate);
  EXPECT_EQ(*exchanges.stored(0), message(9));
}

TEST(Responses, are_kept_until_the_next_request_shows_that_they_came) {
  Exchanges exchanges({});
  for (std::uint32_t id = 0; id < 2; ++id) {
    exchanges.take(id);
    exchanges.answer(id, message(1));
  }
  exchanges.take(2);

  EXPECT_EQ(exchanges.judge(0), Incoming::outside);
  EXPECT_EQ(exchanges.stored(0), nullptr);
}

TEST(Responses, are_for_the_next_request_only_by_default) {
  Exchanges exchanges({});
  EXPECT_EQ(exchanges.judge(1), Incoming::outside);
  EXPECT_EQ(exchanges.judge(0xffffffff), Incoming::outside);
}

TEST(Responses, are_for_requests_in_any_order_within_our_window) {
  Exchanges exchanges({});
  exchanges.widen_ours(4);
  EXPECT_EQ(exchanges.judge(4), Incoming::outside);
  for (const auto id : {3U, 1U, 2U}) {
    EXPECT_EQ(exchanges.judge(id), Incoming::fresh);
    exchanges.take(id);
    exchanges.answer(id, message(static_cast<std::uint8_t>(id)));
  }
  EXPECT_EQ(exchanges.judge(4), Incoming::outside);  // 0 has not come

  exchanges.take(0);
  exchanges.answer(0, message(0));
  EXPECT_EQ(exchanges.judge(7), Incoming::fresh);
  for (const auto id : {0U, 1U, 2U, 3U}) {
    EXPECT_EQ(*exchanges.stored(id), message(static_cast<std::uint8_t>(id)));
  }
}

TEST(Responses, do_not_shrink_their_window) {
  Exchanges exchanges({});
  exchanges.widen_ours(4);
  exchanges.widen_ours(1);
  EXPECT_EQ(exchanges.judge(3), Incoming::fresh);
}

}  // namespace
}  // namespace esplanade::ike::exchange
