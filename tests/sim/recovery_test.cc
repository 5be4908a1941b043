// Peers that die, forget, and come back: liveness, INITIAL_CONTACT, INVALID_SPI, INVALID_IKE_SPI,
// close and DPD actions (RFC 7296, 1.5, 2.4 and 2.21.4).
#include "ike/wire/message.h"
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

using iana::ExchangeType;
using policy::EndAction;
using policy::StartAction;

constexpr auto net = policy::PolicyId{1};

auto send_from(Pair& pair, Gateway& gateway) -> std::uint64_t {
  const auto host_a = *net::Address::parse("10.1.0.7");
  const auto host_b = *net::Address::parse("10.2.0.7");
  return &gateway == pair.a ? pair.world.send(gateway, net, host_a, host_b)
                            : pair.world.send(gateway, net, host_b, host_a);
}

auto arrived(const Pair& pair, std::uint64_t number) -> bool {
  return pair.world.ledger().delivered.contains(number);
}

void checks_liveness(policy::Connection& connection) { connection.dpd_delay = 10s; }

TEST(Liveness, finds_a_dead_peer_and_closes_its_sas) {
  auto pair = Pair::established({.change_a = checks_liveness});
  pair->world.isolate(*pair->b);
  pair->world.run_for(9s);
  EXPECT_EQ(pair->a->endpoint().status().size(), 1U);

  pair->world.run_for(70s);
  EXPECT_TRUE(pair->a->endpoint().status().empty());
  EXPECT_TRUE(pair->a->children().empty());
  EXPECT_TRUE(pair->a->reserved().empty());
  EXPECT_EQ(pair->a->count("peer_dead"), 1U);
}

TEST(Liveness, asks_nothing_while_traffic_shows_that_the_peer_lives) {
  auto pair = Pair::established({.change_a = checks_liveness});
  std::size_t messages = 0;
  pair->world.filter = [&](const ike::Send&) {
    ++messages;
    return true;
  };
  for (auto i = 0; i < 20; ++i) {
    send_from(*pair, *pair->b);
    pair->world.run_for(5s);
  }
  EXPECT_EQ(messages, 0U);

  pair->world.run_for(31s);
  EXPECT_EQ(messages, 6U);  // three questions and their answers
}

TEST(DpdAction, start_calls_a_peer_again_that_was_dead) {
  auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
    connection.dpd_delay = 10s;
    connection.children.front().dpd_action = EndAction::start;
  }});
  pair->world.isolate(*pair->b);
  pair->world.run_for(120s);
  EXPECT_TRUE(pair->a->children().empty());

  pair->world.reconnect();
  pair->world.run_for(200s);
  EXPECT_NE(pair->a->carrier(net), nullptr) << pair->story();
}

TEST(DpdAction, none_leaves_it_to_the_next_packet) {
  auto pair = Pair::established({.change_a = checks_liveness});
  pair->world.restart(*pair->b);
  pair->world.run_for(300s);
  EXPECT_TRUE(pair->a->endpoint().status().empty());

  const auto number = send_from(*pair, *pair->a);
  pair->world.run_for(1s);
  EXPECT_TRUE(arrived(*pair, number));
}

TEST(CloseAction, start_brings_back_a_child_that_the_peer_closes) {
  for (const std::string child : {"net", ""}) {
    auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
      connection.children.front().close_action = EndAction::start;
    }});
    pair->world.handle(*pair->b, ike::Terminate{.connection = "gw", .child = child});
    pair->world.run_for(20s);
    EXPECT_NE(pair->a->carrier(net), nullptr) << child << pair->story();
    EXPECT_THAT(disagreements(pair->world), testing::IsEmpty());
  }
}

TEST(CloseAction, none_lets_it_rest) {
  for (const std::string child : {"net", ""}) {
    auto pair = Pair::established({});
    pair->world.handle(*pair->b, ike::Terminate{.connection = "gw", .child = child});
    pair->world.run_for(300s);
    EXPECT_EQ(pair->a->carrier(net), nullptr) << child << pair->story();
  }
}

TEST(CloseAction, is_not_taken_for_what_our_own_operator_closes) {
  auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
    connection.children.front().close_action = EndAction::start;
    connection.children.front().start_action = StartAction::start;
  }});
  pair->world.handle(*pair->a, ike::Terminate{.connection = "gw", .child = {}});
  pair->world.run_for(300s);
  EXPECT_EQ(pair->a->carrier(net), nullptr) << pair->story();
}

TEST(Terminate, while_a_child_is_being_rekeyed_closes_its_successor) {
  auto pair = Pair::established({});
  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = "net"});
  pair->world.handle(*pair->a, ike::Terminate{.connection = "gw", .child = "net"});
  pair->world.run_for(20s);

  EXPECT_TRUE(pair->a->children().empty()) << pair->story();
  EXPECT_TRUE(pair->b->children().empty());
}

TEST(Terminate, of_a_child_that_the_peer_does_not_know_yet_leaves_none) {
  auto pair = Pair::established({});
  std::vector<ike::Send> late;
  pair->world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    const bool is_answer = header.exchange == ExchangeType::create_child_sa && header.is_response;
    if (!is_answer || late.size() > 3) return true;
    late.push_back(sent);
    return false;
  };
  // b has made the successor, and deletes it before its answer reaches a.
  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = "net"});
  pair->world.run_for(20ms);
  pair->world.handle(*pair->b, ike::Terminate{.connection = "gw", .child = "net"});
  pair->world.run_for(30ms);
  for (const auto& sent : late) pair->world.inject(sent);
  pair->world.run_for(60s);

  EXPECT_TRUE(pair->a->children().empty()) << pair->story();
  EXPECT_TRUE(pair->b->children().empty()) << pair->story();
}

TEST(Restart, of_the_initiator_replaces_everything_by_initial_contact) {
  auto pair = Pair::established({.change_a = [](policy::Connection& connection) {
    connection.children.front().start_action = StartAction::start;
  }});
  pair->world.restart(*pair->a);
  pair->world.run_for(10s);

  EXPECT_EQ(pair->b->endpoint().status().size(), 1U) << pair->story();
  EXPECT_EQ(pair->b->children().size(), 1U);
  EXPECT_THAT(disagreements(pair->world), testing::IsEmpty());
}

// b has lost everything; what a sends meets nobody there. b says so in clear, a asks whether b
// still knows it, gets no answer, and calls again.
TEST(Restart, of_a_peer_is_found_by_its_complaint_about_esp) {
  auto pair = Pair::established({});
  pair->world.run_for(20s);
  pair->world.restart(*pair->b);
  send_from(*pair, *pair->a);
  pair->world.run_for(100s);
  EXPECT_EQ(pair->a->count("peer_dead"), 1U) << pair->story();

  const auto number = send_from(*pair, *pair->a);
  pair->world.run_for(1s);
  EXPECT_TRUE(arrived(*pair, number));
}

/// What anybody could write in b's name.
auto forged_complaint(core::Spi spi) -> core::Bytes {
  core::Bytes data(4);
  core::store_be(std::to_underlying(spi), core::MutableView(data), 0);
  return ike::wire::write_message(
      {.spis = {}, .exchange = ExchangeType::informational, .is_from_initiator = true},
      {ike::wire::NotifyPayload{
          .protocol = {}, .spi = {}, .type = iana::NotifyType::invalid_spi, .data = data}});
}

TEST(ForgedComplaint, costs_one_question_at_most_and_changes_nothing) {
  auto pair = Pair::established({});
  pair->world.run_for(60s);
  std::size_t messages = 0;
  pair->world.filter = [&](const ike::Send&) {
    ++messages;
    return true;
  };
  const auto spi = pair->a->carrier(net)->outbound->spi;
  const auto message = forged_complaint(spi);
  for (auto i = 0; i < 1000; ++i) {
    pair->world.inject(
        {.path = {.ours = {pair->b->address(), 500}, .theirs = {pair->a->address(), 500}},
         .message = message});
  }
  pair->world.run_for(5s);

  EXPECT_EQ(messages, 2U);
  EXPECT_EQ(pair->a->carrier(net)->outbound->spi, spi);
}

// HDR, SK { N(INVALID_SPI) } -->
TEST(InvalidSpi, within_an_ike_sa_makes_the_child_anew) {
  auto pair = Pair::established({});
  const auto spi = pair->a->carrier(net)->outbound->spi;
  pair->world.handle(*pair->b, ike::StrayEsp{.path = {.ours = {pair->b->address(), 500},
                                                      .theirs = {pair->a->address(), 500}},
                                             .spi = spi});
  pair->world.run_for(20s);

  EXPECT_EQ(pair->a->count("child_lost"), 1U) << pair->story();
  ASSERT_NE(pair->a->carrier(net), nullptr);
  EXPECT_NE(pair->a->carrier(net)->outbound->spi, spi);
  EXPECT_EQ(pair->a->children().size(), 1U);
  EXPECT_THAT(disagreements(pair->world), testing::IsEmpty());
}

TEST(InvalidSpi, of_an_spi_that_is_not_ours_changes_nothing) {
  auto pair = Pair::established({});
  pair->world.handle(*pair->b, ike::StrayEsp{.path = {.ours = {pair->b->address(), 500},
                                                      .theirs = {pair->a->address(), 500}},
                                             .spi = core::Spi{0x12345678}});
  pair->world.run_for(5s);
  EXPECT_EQ(pair->a->count("child_lost"), 0U);
  EXPECT_EQ(pair->a->children().size(), 1U);
}

// The responder's first request may overtake its IKE_AUTH answer: it comes again, and is answered
// then.
TEST(FirstRequestOfTheResponder, that_comes_too_early_is_answered_when_it_comes_again) {
  Pair pair({});
  std::vector<ike::Send> late;
  pair.world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    const bool is_auth = header.exchange == ExchangeType::ike_auth && header.is_response;
    if (!is_auth || !late.empty()) return true;
    late.push_back(sent);
    return false;
  };
  pair.initiate(*pair.a, "net");
  pair.world.run_for(50ms);
  pair.world.handle(*pair.b, ike::Rekey{.connection = "gw", .child = "net"});
  pair.world.run_for(50ms);
  pair.world.run_for(20s);

  EXPECT_EQ(pair.b->count("child_rekeyed"), 1U) << pair.story();
  EXPECT_EQ(pair.a->count("child_rekeyed"), 1U);
  EXPECT_THAT(disagreements(pair.world), testing::IsEmpty());
}

TEST(Uniqueness, replace_closes_the_older_of_two_when_its_children_have_moved) {
  const auto replace = [](policy::Connection& connection) {
    connection.uniqueness = policy::Uniqueness::replace;
  };
  auto pair = Pair::established({.change_a = replace, .change_b = replace});
  const auto before = pair->a->endpoint().status().front().spis;
  pair->world.handle(*pair->a, ike::Reauthenticate{"gw"});
  pair->world.run_for(60s);

  ASSERT_EQ(pair->b->endpoint().status().size(), 1U) << pair->story();
  EXPECT_NE(pair->b->endpoint().status().front().spis, before);
  EXPECT_THAT(disagreements(pair->world), testing::IsEmpty());
}

TEST(Stop, tells_the_peer_and_leaves_nothing) {
  auto pair = Pair::established({});
  pair->world.close_all(*pair->a);
  EXPECT_TRUE(pair->a->children().empty());
  EXPECT_TRUE(pair->a->reserved().empty());
  pair->world.run_for(60s);
  EXPECT_TRUE(pair->b->endpoint().status().empty());
}

}  // namespace
}  // namespace esplanade::sim
