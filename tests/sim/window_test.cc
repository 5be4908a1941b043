// Windows larger than one both ways, and fragments (RFC 7296, 2.3; RFC 7383).
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"

#include "ike/wire/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

using iana::ExchangeType;

auto five_children() -> std::vector<ChildText> {
  std::vector<ChildText> children;
  for (auto i = 0; i < 5; ++i) {
    children.push_back({.name = fmt::format("net{}", i),
                        .ours = fmt::format("10.1.{}.0/24", i),
                        .theirs = fmt::format("10.2.{}.0/24", i)});
  }
  return children;
}

auto with_window(std::uint32_t window) -> PairOptions {
  auto options = World::quick();
  options.window = window;
  return {.ike = options, .children = five_children()};
}

/// The most requests of one end that waited for an answer at once.
struct Outstanding {
  std::set<std::uint32_t> waiting;
  std::size_t most = 0;
  std::uint32_t widest = 0;  ///< from the lowest that waited to the highest that was sent

  void see(const ike::wire::Header& header) {
    if (header.exchange == ExchangeType::ike_sa_init || header.exchange == ExchangeType::ike_auth) {
      return;
    }
    if (header.is_response) {
      waiting.erase(header.message_id);
      return;
    }
    waiting.insert(header.message_id);
    most = std::max(most, waiting.size());
    widest = std::max(widest, *waiting.rbegin() - *waiting.begin() + 1);
  }
};

/// Runs a pair with this window and a bad network, both ends asking for much at once.
auto run(std::uint32_t window, NetworkOptions network) -> Outstanding {
  auto options = with_window(window);
  options.network = network;
  auto pair = Pair::established(options);
  Outstanding of_a;
  pair->world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    // a is the original initiator: its requests, and b's answers to them.
    if (header.is_from_initiator != header.is_response) of_a.see(header);
    return true;
  };
  for (auto i = 0; i < 5; ++i) {
    for (auto* gateway : {pair->a, pair->b}) {
      pair->world.handle(*gateway,
                         ike::Rekey{.connection = "gw", .child = fmt::format("net{}", i)});
    }
  }
  pair->world.run_for(300s);
  EXPECT_THAT(disagreements(pair->world), testing::IsEmpty()) << pair->story();
  EXPECT_EQ(pair->a->children().size(), 5U) << pair->story();
  return of_a;
}

TEST(Window, of_one_lets_one_request_out_at_a_time) { EXPECT_EQ(run(1, {}).most, 1U); }

TEST(Window, of_four_lets_four_out_and_no_more) {
  const auto seen = run(4, {});
  EXPECT_EQ(seen.most, 4U);
  EXPECT_LE(seen.widest, 4U);
}

TEST(Window, of_four_on_a_bad_network_is_kept_as_well) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto seen = run(4, {.seed = seed, .loss = 0.2, .duplication = 0.2, .most_delay = 300ms});
    EXPECT_LE(seen.widest, 4U);
  }
}

auto fragmenting(std::size_t size) -> PairOptions {
  auto options = World::quick();
  options.fragment_size = size;
  return {.ike = options, .children = five_children()};
}

struct Pieces {
  std::size_t messages = 0, fragments = 0, largest = 0;
};

auto count_pieces(Pair& pair) -> std::shared_ptr<Pieces> {
  auto pieces = std::make_shared<Pieces>();
  pair.world.filter = [pieces](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    if (header.exchange == ExchangeType::ike_sa_init) return true;
    ++pieces->messages;
    pieces->largest = std::max(pieces->largest, sent.message.size());
    if (header.next_payload == iana::PayloadType::skf) {
      ++pieces->fragments;
    }
    return true;
  };
  return pieces;
}

TEST(Fragments, are_no_larger_than_what_fits_and_come_together_again) {
  Pair pair(fragmenting(200));
  const auto pieces = count_pieces(pair);
  pair.initiate(*pair.a);
  pair.world.run_for(5s);

  EXPECT_EQ(pair.a->children().size(), 5U) << pair.story();
  EXPECT_GT(pieces->fragments, 10U);
  EXPECT_LE(pieces->largest, 200U - 20 - 8 - 4);
}

TEST(Fragments, are_not_made_of_what_fits) {
  Pair pair(fragmenting(1280));
  const auto pieces = count_pieces(pair);
  pair.initiate(*pair.a);
  pair.world.run_for(5s);
  EXPECT_EQ(pieces->fragments, 0U);
}

TEST(Fragments, are_not_made_where_the_peer_does_not_know_them) {
  auto options = fragmenting(200);
  options.change_b = [](policy::Connection& c) { c.fragmentation = policy::Fragmentation::no; };
  Pair pair(options);
  const auto pieces = count_pieces(pair);
  pair.initiate(*pair.a);
  pair.world.run_for(5s);
  EXPECT_EQ(pair.a->children().size(), 5U);
  EXPECT_EQ(pieces->fragments, 0U);
}

TEST(Fragments, lost_and_doubled_delay_a_message_and_no_more) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto options = fragmenting(200);
    options.network = {.seed = seed, .loss = 0.2, .duplication = 0.3, .most_delay = 200ms};
    options.change_a = [](policy::Connection& connection) {
      for (auto& child : connection.children) {
        child.start_action = policy::StartAction::start;
      }
    };
    Pair pair(options);
    pair.world.run_for(600s);
    EXPECT_EQ(pair.a->children().size(), 5U) << seed << pair.story();
    EXPECT_TRUE(pair.is_mirrored());
  }
}

TEST(Fragments, of_a_request_that_was_answered_bring_the_answer_once) {
  Pair pair(fragmenting(200));
  std::vector<ike::Send> requests;
  std::size_t answers = 0;
  pair.world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    if (header.exchange != ExchangeType::ike_auth) return true;
    if (header.is_response) ++answers;
    if (!header.is_response) requests.push_back(sent);
    return true;
  };
  pair.initiate(*pair.a, "net0");
  pair.world.run_for(1s);
  const auto pieces = std::exchange(answers, 0);
  ASSERT_GE(requests.size(), 2U);

  for (const auto& sent : requests) pair.world.inject(sent);
  pair.world.run_for(1s);
  EXPECT_EQ(answers, pieces);  // by the first fragment alone (RFC 7383, 2.6.1)
}

}  // namespace
}  // namespace esplanade::sim
