// IKE_SA_INIT against strangers: COOKIE, INVALID_KE_PAYLOAD, forged refusals, floods
// (RFC 7296, 1.2, 2.6, 2.7 and 2.21.1).
#include "tests/sim/pair.h"

#include "core/endian.h"
#include "ike/wire/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

using iana::ExchangeType;
using iana::KeyExchangeId;
using iana::NotifyType;

auto parsed(const ike::Send& sent) -> ike::wire::Message {
  return *ike::wire::parse_message(sent.message);
}

/// What of IKE_SA_INIT was sent, from both ends, in order.
auto listen(Pair& pair) -> std::shared_ptr<std::vector<ike::wire::Message>> {
  auto heard = std::make_shared<std::vector<ike::wire::Message>>();
  pair.world.filter = [heard](const ike::Send& sent) {
    const auto message = parsed(sent);
    if (message.header.exchange == ExchangeType::ike_sa_init) heard->push_back(message);
    return true;
  };
  return heard;
}

auto count(const std::vector<ike::wire::Message>& heard, NotifyType type) -> std::ptrdiff_t {
  return std::ranges::count_if(heard, [type](const auto& message) {
    return message.header.is_response && ike::wire::find_notify(message.payloads, type) != nullptr;
  });
}

auto always_cookies() -> ike::EndpointOptions {
  auto options = World::quick();
  options.cookie_threshold = 0;
  return options;
}

/// a guesses X25519, b wants P-256.
void allow_both(policy::Connection& connection) {
  connection.proposals.front().transforms.push_back(sa::transform(KeyExchangeId::ecp_256));
}
void want_p256(policy::Connection& connection) {
  connection.proposals.front().transforms.back() = sa::transform(KeyExchangeId::ecp_256);
}

void expect_up(const Pair& pair) {
  EXPECT_NE(pair.a->carrier(policy::PolicyId{1}), nullptr) << pair.story();
  EXPECT_NE(pair.b->carrier(policy::PolicyId{1}), nullptr) << pair.story();
  EXPECT_TRUE(pair.is_mirrored());
}

// HDR(SPIi, 0), SAi1, KEi, Ni -->
//                                        <-- HDR(SPIi, 0), N(COOKIE)
// HDR(SPIi, 0), N(COOKIE), SAi1, KEi, Ni -->
//                                        <-- HDR(SPIi, SPIr), SAr1, KEr, Nr
TEST(Cookie, goes_in_front_of_the_same_request) {
  Pair pair({.ike = always_cookies()});
  const auto heard = listen(pair);

  pair.initiate(*pair.a);
  pair.world.run_for(1s);

  ASSERT_EQ(heard->size(), 4U);
  const auto& first = heard->at(0);
  const auto& asked = heard->at(1);
  auto again = heard->at(2);
  EXPECT_EQ(asked.header.spis.r, ike::IkeSpi{});
  EXPECT_EQ(asked.payloads.size(), 1U);
  EXPECT_EQ(again.header.message_id, 0U);
  EXPECT_EQ(again.header.spis, first.header.spis);
  EXPECT_EQ(again.payloads.front(), asked.payloads.front());
  again.payloads.erase(again.payloads.begin());
  EXPECT_EQ(again.payloads, first.payloads);
  expect_up(pair);
}

TEST(Cookie, is_not_asked_for_while_there_is_room_and_costs_no_memory) {
  auto options = World::quick();
  options.cookie_threshold = 2;
  options.block_threshold = 100;
  Pair pair({.ike = options});
  const auto heard = listen(pair);
  // IKE_AUTH never comes: each call leaves an IKE SA half open.
  const auto only_init = pair.world.filter;
  pair.world.filter = [only_init](const ike::Send& sent) {
    return only_init(sent) && parsed(sent).header.exchange == ExchangeType::ike_sa_init;
  };

  for (auto i = 0; i < 4; ++i) {
    pair.initiate(*pair.a);
    pair.world.run_for(100ms);
    pair.world.restart(*pair.a);
  }

  EXPECT_EQ(count(*heard, NotifyType::cookie), 2);
  EXPECT_EQ(pair.b->endpoint().counts().half_open, 4U);
  pair.world.run_for(60s);
  EXPECT_EQ(pair.b->endpoint().counts().sessions, 0U);
}

TEST(InvalidKe, is_answered_with_the_group_the_responder_wants_and_all_proposals_again) {
  Pair pair({.change_a = allow_both, .change_b = want_p256});
  const auto heard = listen(pair);

  pair.initiate(*pair.a);
  pair.world.run_for(1s);

  ASSERT_EQ(heard->size(), 4U);
  EXPECT_EQ(count(*heard, NotifyType::invalid_ke_payload), 1);
  const auto sa = [&](std::size_t i) {
    return *ike::wire::find<ike::wire::SaPayload>(heard->at(i).payloads);
  };
  EXPECT_EQ(sa(0), sa(2));  // no downgrade (RFC 7296, 2.7)
  EXPECT_EQ(ike::wire::find<ike::wire::KePayload>(heard->at(2).payloads)->method,
            KeyExchangeId::ecp_256);
  expect_up(pair);
}

TEST(InvalidKe, after_a_cookie_keeps_the_cookie) {
  Pair pair({.ike = always_cookies(), .change_a = allow_both, .change_b = want_p256});
  const auto heard = listen(pair);

  pair.initiate(*pair.a);
  pair.world.run_for(1s);

  ASSERT_EQ(heard->size(), 6U);
  EXPECT_EQ(count(*heard, NotifyType::cookie), 1);
  EXPECT_EQ(count(*heard, NotifyType::invalid_ke_payload), 1);
  EXPECT_NE(ike::wire::find_notify(heard->at(4).payloads, NotifyType::cookie), nullptr);
  expect_up(pair);
}

/// An answer in clear to the last request of a, as anybody could send it.
auto forged(const Pair& pair, const ike::wire::Message& request, ike::wire::NotifyPayload notify)
    -> ike::Send {
  return {.path = {.ours = {pair.b->address(), 500}, .theirs = {pair.a->address(), 500}},
          .message = ike::wire::write_message({.spis = request.header.spis,
                                               .exchange = ExchangeType::ike_sa_init,
                                               .is_response = true,
                                               .message_id = 0},
                                              {std::move(notify)})};
}

auto group(KeyExchangeId id) -> core::Bytes {
  core::Bytes data(2);
  core::store_be(std::to_underlying(id), core::MutableView(data), 0);
  return data;
}

TEST(InvalidKe, before_a_cookie_is_followed_as_well) {
  Pair pair({.ike = always_cookies(), .change_a = allow_both, .change_b = want_p256});
  const auto heard = listen(pair);
  const auto note = pair.world.filter;
  auto is_first = true;
  // b is made to ask for the group first: its first answer becomes INVALID_KE_PAYLOAD.
  pair.world.filter = [&](const ike::Send& sent) {
    if (!note(sent)) return false;
    const auto message = parsed(sent);
    if (!message.header.is_response || !std::exchange(is_first, false)) return true;
    pair.world.inject(forged(pair, heard->front(),
                             {.protocol = {},
                              .spi = {},
                              .type = NotifyType::invalid_ke_payload,
                              .data = group(KeyExchangeId::ecp_256)}));
    return false;
  };

  pair.initiate(*pair.a);
  pair.world.run_for(1s);

  EXPECT_GE(count(*heard, NotifyType::cookie), 2);
  expect_up(pair);
}

TEST(ForgedRefusal, does_not_end_a_negotiation_that_the_peer_accepts) {
  for (const auto type : {NotifyType::no_proposal_chosen, NotifyType::invalid_syntax,
                          NotifyType::authentication_failed, NotifyType::invalid_ike_spi}) {
    Pair pair({});
    const auto heard = listen(pair);
    pair.initiate(*pair.a);
    // It comes before the answer, which takes 10 ms.
    pair.world.handle(
        *pair.a, ike::Datagram{
                     .path = {.ours = {pair.a->address(), 500}, .theirs = {pair.b->address(), 500}},
                     .message = forged(pair, heard->front(),
                                       {.protocol = {}, .spi = {}, .type = type, .data = {}})
                                    .message});
    pair.world.run_for(1s);
    expect_up(pair);
  }
}

TEST(ForgedInvalidKe, twice_in_a_row_does_not_end_a_negotiation) {
  Pair pair({.change_a = allow_both, .change_b = want_p256});
  pair.world.filter = [&](const ike::Send& sent) {
    if (parsed(sent).header.is_response) pair.world.inject(sent);  // everything is doubled
    return true;
  };
  pair.initiate(*pair.a);
  pair.world.run_for(10s);
  expect_up(pair);
}

TEST(ForgedInvalidKe, of_a_group_that_was_not_offered_is_not_followed) {
  Pair pair({});
  const auto heard = listen(pair);
  pair.initiate(*pair.a);
  pair.world.handle(
      *pair.a,
      ike::Datagram{.path = {.ours = {pair.a->address(), 500}, .theirs = {pair.b->address(), 500}},
                    .message = forged(pair, heard->front(),
                                      {.protocol = {},
                                       .spi = {},
                                       .type = NotifyType::invalid_ke_payload,
                                       .data = group(KeyExchangeId::modp_2048)})
                                   .message});
  pair.world.run_for(1s);

  for (const auto& message : *heard) {
    const auto* ke = ike::wire::find<ike::wire::KePayload>(message.payloads);
    if (ke == nullptr) continue;
    EXPECT_EQ(ke->method, KeyExchangeId::curve25519);
  }
  expect_up(pair);
}

TEST(EndlessCookies, are_not_followed_for_ever) {
  Pair pair({});
  std::size_t requests = 0;
  pair.world.filter = [&](const ike::Send& sent) {
    const auto message = parsed(sent);
    if (message.header.is_response) return false;
    core::Bytes cookie(8, static_cast<std::byte>(++requests));
    pair.world.inject(
        forged(pair, message,
               {.protocol = {}, .spi = {}, .type = NotifyType::cookie, .data = std::move(cookie)}));
    return false;
  };

  pair.initiate(*pair.a);
  pair.world.run_for(200s);

  EXPECT_LT(requests, 20U);
  EXPECT_TRUE(pair.a->endpoint().status().empty());
}

/// A request that nobody has the key of.
auto stranger(std::uint64_t spi, const net::Endpoint& from, const Pair& pair) -> ike::Datagram {
  static std::vector<core::Bytes> messages;  // what Datagram looks at
  messages.push_back(
      ike::wire::write_message({.spis = {.i = ike::IkeSpi{spi}, .r = {}},
                                .exchange = ExchangeType::ike_sa_init,
                                .is_from_initiator = true},
                               {ike::wire::SaPayload{{[] {
                                  auto proposal = ike_proposals().front();
                                  proposal.number = 1;
                                  return proposal;
                                }()}},
                                ike::wire::KePayload{.method = KeyExchangeId::curve25519,
                                                     .data = core::Bytes(32, std::byte{9})},
                                ike::wire::NoncePayload{core::Bytes(32, std::byte{7})}}));
  return {.path = {.ours = {pair.b->address(), 500}, .theirs = from}, .message = messages.back()};
}

TEST(Flood, of_strangers_takes_a_bounded_number_of_half_open_ike_sas) {
  auto options = World::quick();
  options.cookie_threshold = 100'000;
  options.half_open_limit = 50;
  Pair pair({.ike = options, .change_b = [](policy::Connection& c) { c.theirs.clear(); }});

  for (std::uint32_t i = 1; i <= 200; ++i) {
    const auto from = *net::Address::parse(fmt::format("203.0.113.{}", i));
    pair.world.handle(*pair.b, stranger(i, {from, 500}, pair));
  }

  EXPECT_EQ(pair.b->endpoint().counts().half_open, 50U);
  pair.world.run_for(31s);
  EXPECT_EQ(pair.b->endpoint().counts().sessions, 0U);
}

TEST(Flood, from_one_address_does_not_keep_others_out) {
  Pair pair({.change_b = [](policy::Connection& c) { c.theirs.clear(); }});
  const auto from = *net::Address::parse("203.0.113.9");
  for (std::uint16_t i = 1; i <= 200; ++i) {
    pair.world.handle(*pair.b, stranger(i, {from, i}, pair));
  }
  EXPECT_EQ(pair.b->endpoint().counts().half_open, 5U);

  pair.initiate(*pair.a);
  pair.world.run_for(1s);
  expect_up(pair);
}

TEST(Flood, of_the_same_request_gets_the_same_answer_and_one_ike_sa) {
  Pair pair({.change_b = [](policy::Connection& c) { c.theirs.clear(); }});
  const auto from = net::Endpoint{*net::Address::parse("203.0.113.9"), 500};
  std::set<core::Bytes> answers;
  pair.world.filter = [&](const ike::Send& sent) {
    answers.insert(sent.message);
    return false;
  };

  for (auto i = 0; i < 10; ++i) pair.world.handle(*pair.b, stranger(7, from, pair));

  EXPECT_EQ(answers.size(), 1U);
  EXPECT_EQ(pair.b->endpoint().counts().half_open, 1U);
}

TEST(Flood, of_unknown_spis_is_answered_a_few_times_a_second) {
  Pair pair({});
  std::size_t answers = 0;
  pair.world.filter = [&](const ike::Send&) {
    ++answers;
    return false;
  };
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    const auto message =
        ike::wire::write_message({.spis = {.i = ike::IkeSpi{i}, .r = ike::IkeSpi{i}},
                                  .exchange = ExchangeType::informational,
                                  .is_from_initiator = true},
                                 {ike::wire::VendorIdPayload{core::Bytes(8)}});
    pair.world.handle(*pair.b, ike::Datagram{.path = {.ours = {pair.b->address(), 500},
                                                      .theirs = {pair.a->address(), 500}},
                                             .message = message});
  }
  EXPECT_LE(answers, 20U);
  EXPECT_GE(answers, 1U);
}

}  // namespace
}  // namespace esplanade::sim
