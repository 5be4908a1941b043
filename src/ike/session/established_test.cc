// What an IKE SA that stands does with requests, responses, errors and time (RFC 7296, 1.3 to 1.5,
// 2.4, 2.8, 2.21.3, 2.25).
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto create = ExchangeType::create_child_sa;
constexpr auto informational = ExchangeType::informational;

class EstablishedTest : public testing::Test {
 protected:
  /// Two children are configured; the first stands.
  void establish() {
    duo.a.connection.children.push_back(child_of("two", 2, "10.3.0.0/16", "10.4.0.0/16"));
    duo.b.connection.children.push_back(child_of("two", 2, "10.4.0.0/16", "10.3.0.0/16"));
    duo.start();
    duo.call("net");
    ASSERT_EQ(duo.a.children(), 1U);
    duo.seen.clear();
  }
  [[nodiscard]] auto requests(ExchangeType exchange) const {
    return messages_of(duo, exchange, false);
  }
  [[nodiscard]] auto answers(ExchangeType exchange) const {
    return messages_of(duo, exchange, true);
  }

  Duo duo;
};

TEST_F(EstablishedTest, makes_another_child_from_either_end) {
  establish();
  duo.call_from(duo.b, "two");

  EXPECT_EQ(duo.a.children(), 2U);
  EXPECT_EQ(duo.b.children(), 2U);
  EXPECT_EQ(requests(create)[0]->header.message_id, 0U);  // b's own first request
  EXPECT_FALSE(requests(create)[0]->header.is_from_initiator);
}

TEST_F(EstablishedTest, stays_when_a_child_is_refused) {
  duo.b.connection.children.clear();
  duo.b.connection.children.push_back(child_of("net", 1, "10.2.0.0/16", "10.1.0.0/16"));
  duo.a.connection.children.push_back(child_of("two", 2, "10.3.0.0/16", "10.4.0.0/16"));
  duo.start();
  duo.call("net");
  duo.call("two");

  EXPECT_TRUE(has_notify(*answers(create)[0], NotifyType::ts_unacceptable));
  EXPECT_EQ(duo.a.sessions(), 1U);
  EXPECT_EQ(duo.a.children(), 1U);
  EXPECT_EQ(duo.a.count("child_failed"), 1U);
}

TEST_F(EstablishedTest, asks_again_with_the_pfs_group_the_peer_wants) {
  for (auto* end : {&duo.a, &duo.b}) end->connection.children.clear();
  for (auto* end : {&duo.a, &duo.b}) {
    const auto is_a = end == &duo.a;
    end->connection.children = {is_a ? child_of("net", 1, "10.1.0.0/16", "10.2.0.0/16")
                                     : child_of("net", 1, "10.2.0.0/16", "10.1.0.0/16")};
    end->connection.children.front().proposals =
        esp(is_a ? "aes128gcm16-x25519-ecp256" : "aes128gcm16-ecp256");
  }
  duo.start();
  duo.call();
  duo.rekey(duo.a, "net");
  duo.deliver();

  ASSERT_THAT(requests(create), SizeIs(2));
  EXPECT_TRUE(has_notify(*answers(create)[0], NotifyType::invalid_ke_payload));
  EXPECT_EQ(wire::find<wire::KePayload>(requests(create)[1]->payloads)->method,
            iana::KeyExchangeId::ecp_256);
  EXPECT_EQ(duo.a.count("child_rekeyed"), 1U);
}

TEST_F(EstablishedTest, leaves_the_key_exchange_out_where_the_peer_wants_none) {
  duo.a.connection.children.front().proposals = esp("aes128gcm16-x25519-modpnone");
  duo.b.connection.children.front().proposals = esp("aes128gcm16");
  duo.start();
  duo.call();
  duo.rekey(duo.a, "net");
  duo.deliver();

  EXPECT_NE(wire::find<wire::KePayload>(requests(create)[0]->payloads), nullptr);
  EXPECT_EQ(wire::find<wire::KePayload>(answers(create)[0]->payloads), nullptr);
  EXPECT_EQ(duo.a.count("child_rekeyed"), 1U);
}

TEST_F(EstablishedTest, rekeys_the_ike_sa_only_with_a_key_exchange) {
  establish();
  auto proposals = ike("aes128gcm16-prfsha256-x25519");
  proposals.front().number = 1;
  proposals.front().spi = core::Bytes(8, std::byte{7});
  duo.forge(duo.a, {.exchange = create, .message_id = 2},
            {wire::SaPayload{proposals}, wire::NoncePayload{core::Bytes(32)}});

  ASSERT_THAT(answers(create), SizeIs(1));
  EXPECT_NE(wire::find_error(answers(create)[0]->payloads), nullptr);
  EXPECT_EQ(duo.b.sessions(), 1U);
}

TEST_F(EstablishedTest, closes_a_child_whose_transport_mode_the_peer_declines) {
  for (auto* end : {&duo.a, &duo.b}) {
    auto& child = end->connection.children.front();
    child.ours = selectors_of(end->at.address.to_string());
    child.theirs = selectors_of(duo.other(*end).at.address.to_string());
  }
  duo.a.connection.children.front().mode = sa::Mode::transport;
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.children(), 0U);
  EXPECT_EQ(duo.b.children(), 0U);
  const auto deletes = requests(informational);
  ASSERT_THAT(deletes, SizeIs(1));
  EXPECT_NE(wire::find<wire::DeletePayload>(deletes[0]->payloads), nullptr);
}

TEST_F(EstablishedTest, closes_a_child_with_selectors_it_did_not_offer) {
  establish();
  duo.on_wire = [&](Seen& seen) {
    if (seen.header.exchange != create || !seen.header.is_response) return true;
    auto payloads = seen.payloads;
    for (auto& payload : payloads) {
      auto* ts = std::get_if<wire::TsPayload>(&payload);
      if (ts != nullptr) ts->selectors.front().addresses = *net::Range::parse("0.0.0.0/0");
    }
    seen.octets = duo.sealed(
        duo.b, {.exchange = create, .is_response = true, .message_id = seen.header.message_id},
        payloads);
    return true;
  };
  duo.call("two");

  EXPECT_EQ(duo.a.children(), 1U);
  EXPECT_EQ(duo.b.children(), 1U);  // told by a Delete
}

TEST_F(EstablishedTest, asks_a_silent_peer_and_a_talking_one_not) {
  duo.a.connection.dpd_delay = 10s;
  duo.start();
  duo.call();
  duo.seen.clear();
  duo.run_for(15s);
  ASSERT_THAT(requests(informational), SizeIs(1));
  EXPECT_THAT(requests(informational)[0]->payloads, IsEmpty());
  ASSERT_THAT(answers(informational), SizeIs(1));

  duo.seen.clear();
  for (auto i = 0; i < 5; ++i) {
    duo.handle(duo.a, TrafficSeen{.inbound = duo.a.inbound.begin()->second->spi});
    duo.run_for(5s);
  }
  EXPECT_THAT(requests(informational), IsEmpty());
}

TEST_F(EstablishedTest, gives_a_peer_up_after_all_tries_and_no_sooner) {
  duo.a.connection.dpd_delay = 10s;
  duo.start();
  duo.call();
  duo.on_wire = [](Seen&) { return false; };
  duo.run_for(10s + 14s);  // 1, 2 and 4 seconds apart, and 8 after the last
  EXPECT_EQ(duo.a.sessions(), 1U);

  duo.run_for(2s);
  EXPECT_EQ(duo.a.count("peer_dead"), 1U);
  EXPECT_TRUE(duo.a.inbound.empty());
}

TEST_F(EstablishedTest, does_not_reuse_a_child_whose_delete_is_not_answered) {
  establish();
  duo.on_wire = [](Seen&) { return false; };
  duo.handle(duo.a, Terminate{.connection = "gw", .child = "net"});
  duo.run_for(1s);
  EXPECT_TRUE(duo.a.active.empty());
  EXPECT_FALSE(duo.a.inbound.empty());  // its SPI is not free yet

  duo.run_for(60s);
  EXPECT_TRUE(duo.a.inbound.empty());
  EXPECT_EQ(duo.a.sessions(), 0U);
}

TEST_F(EstablishedTest, answers_a_request_it_does_not_understand) {
  establish();
  duo.forge(duo.a, {.exchange = ExchangeType::ike_auth, .message_id = 2}, {});

  ASSERT_THAT(answers(ExchangeType::ike_auth), SizeIs(1));
  EXPECT_NE(wire::find_error(answers(ExchangeType::ike_auth)[0]->payloads), nullptr);
}

TEST_F(EstablishedTest, answers_an_unknown_critical_payload_and_stays) {
  establish();
  duo.forge(duo.a, {.exchange = informational, .message_id = 2},
            {wire::UnknownPayload{
                .type = iana::PayloadType{200}, .is_critical = true, .body = core::Bytes(1)}});

  EXPECT_TRUE(has_notify(*answers(informational).back(), NotifyType::unsupported_critical_payload));
  EXPECT_EQ(duo.b.sessions(), 1U);
}

TEST_F(EstablishedTest, ends_by_an_authentic_request_that_breaks_the_rules) {
  establish();
  duo.forge(duo.a, {.exchange = create, .message_id = 2}, {wire::NoncePayload{core::Bytes(32)}});

  ASSERT_THAT(answers(create), SizeIs(1));
  EXPECT_TRUE(has_notify(*answers(create)[0], NotifyType::invalid_syntax));
  EXPECT_EQ(duo.b.sessions(), 0U);
}

TEST_F(EstablishedTest, ends_by_such_a_response_and_does_not_answer_it) {
  establish();
  duo.on_wire = [](Seen& seen) { return seen.header.exchange != create; };
  duo.call("two");
  duo.on_wire = [](Seen&) { return true; };
  const auto before = duo.seen.size();
  duo.forge(duo.b, {.exchange = create, .is_response = true, .message_id = 2},
            {wire::NoncePayload{core::Bytes(32)}});

  EXPECT_EQ(duo.a.sessions(), 0U);
  for (auto i = before; i < duo.seen.size(); ++i) EXPECT_FALSE(duo.seen[i].header.is_response);
}

TEST_F(EstablishedTest, does_not_mind_messages_that_are_not_authentic) {
  establish();
  auto message =
      duo.sealed(duo.a, {.exchange = informational, .message_id = 2},
                 {wire::DeletePayload{.protocol = iana::SecurityProtocol::ike, .spis = {}}});
  message.back() ^= std::byte{1};
  duo.inject(duo.b, message);

  EXPECT_EQ(duo.b.sessions(), 1U);
  EXPECT_TRUE(duo.seen.empty());
}

TEST_F(EstablishedTest, makes_a_child_anew_that_the_peer_has_lost) {
  establish();
  // b has forgotten the child, but not the IKE SA.
  duo.forge(duo.a, {.exchange = informational, .message_id = 2},
            {wire::DeletePayload{.protocol = iana::SecurityProtocol::esp,
                                 .spis = {duo.a.inbound.begin()->second->spi}}});
  ASSERT_EQ(duo.b.children(), 0U);
  ASSERT_EQ(duo.a.children(), 1U);
  // a's next number is the one that was forged: b takes it for the same request.
  duo.on_wire = [&](Seen& seen) {
    if (seen.from != &duo.a || seen.header.is_response || seen.header.message_id != 2) return true;
    return false;
  };
  duo.rekey(duo.a, "net");
  duo.deliver();
  duo.on_wire = [](Seen&) { return true; };
  duo.forge(duo.b, {.exchange = create, .is_response = true, .message_id = 2},
            {notify(NotifyType::child_sa_not_found)});

  EXPECT_EQ(duo.a.children(), 1U);
  EXPECT_EQ(duo.b.children(), 1U);
}

TEST_F(EstablishedTest, says_that_the_child_to_be_rekeyed_is_not_there) {
  establish();
  auto proposals = esp("aes128gcm16");
  proposals.front().number = 1;
  proposals.front().spi = core::from_hex("00005000").value();
  auto rekey = notify(NotifyType::rekey_sa);
  rekey.protocol = iana::SecurityProtocol::esp;
  rekey.spi = core::from_hex("0badcafe").value();
  const auto ts = [](bool is_initiator, std::string_view range) {
    return wire::TsPayload{
        .is_initiator = is_initiator,
        .selectors = {{.addresses = *net::Range::parse(range), .protocol = {}, .ports = {}}},
        .unknown = 0};
  };
  duo.forge(duo.a, {.exchange = create, .message_id = 2},
            {rekey, wire::SaPayload{proposals}, wire::NoncePayload{core::Bytes(32)},
             ts(true, "10.1.0.0/16"), ts(false, "10.2.0.0/16")});

  ASSERT_THAT(answers(create), SizeIs(1));
  const auto* told =
      wire::find_notify(answers(create)[0]->payloads, NotifyType::child_sa_not_found);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->spi, rekey.spi);
  EXPECT_EQ(duo.b.children(), 1U);
}

// SPIs of ESP and of AH are counted apart (RFC 4301, 4.1).
TEST_F(EstablishedTest, deletes_no_child_of_another_protocol_by_its_spi) {
  establish();
  const auto spi = duo.a.inbound.begin()->second->spi;

  duo.forge(duo.a, {.exchange = informational, .message_id = 2},
            {wire::DeletePayload{.protocol = iana::SecurityProtocol::ah, .spis = {spi}}});

  ASSERT_THAT(answers(informational), SizeIs(1));
  EXPECT_EQ(wire::find<wire::DeletePayload>(answers(informational)[0]->payloads), nullptr);
  EXPECT_EQ(duo.b.children(), 1U);
}

TEST_F(EstablishedTest, finds_no_child_of_another_protocol_to_rekey) {
  establish();
  duo.on_wire = [&](Seen& seen) {
    if (seen.header.exchange != create || seen.header.is_response) return true;
    auto payloads = seen.payloads;
    for (auto& payload : payloads) {
      auto* told = std::get_if<wire::NotifyPayload>(&payload);
      if (told != nullptr && told->type == NotifyType::rekey_sa) {
        told->protocol = iana::SecurityProtocol::ah;
      }
    }
    seen.octets =
        duo.sealed(duo.a, {.exchange = create, .message_id = seen.header.message_id}, payloads);
    return true;
  };
  duo.rekey(duo.a, "net");
  duo.deliver();

  ASSERT_FALSE(answers(create).empty());
  const auto* told =
      wire::find_notify(answers(create)[0]->payloads, NotifyType::child_sa_not_found);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->protocol, iana::SecurityProtocol::ah);
}

TEST_F(EstablishedTest, waits_after_a_temporary_failure) {
  establish();
  duo.on_wire = [&](Seen& seen) {
    if (seen.header.exchange != create || !seen.header.is_response) return true;
    seen.octets = duo.sealed(
        duo.b, {.exchange = create, .is_response = true, .message_id = seen.header.message_id},
        {notify(NotifyType::temporary_failure)});
    return true;
  };
  duo.call("two");
  EXPECT_THAT(requests(create), SizeIs(1));
  duo.run_for(4s);
  EXPECT_THAT(requests(create), SizeIs(1));
  duo.run_for(8s);
  EXPECT_GT(requests(create).size(), 1U);

  duo.run_for(20min);  // it goes on for minutes: the IKE SA is given up
  EXPECT_EQ(duo.a.sessions(), 0U);
}

TEST_F(EstablishedTest, makes_no_child_while_the_ike_sa_is_rekeyed_and_makes_it_afterwards) {
  establish();
  duo.rekey(duo.a);
  duo.handle(duo.b, Initiate{.connection = "gw", .child = "two"});
  duo.deliver();
  const auto first = answers(create);
  EXPECT_TRUE(std::ranges::any_of(
      first, [](const Seen* one) { return has_notify(*one, NotifyType::temporary_failure); }));

  duo.run_for(30s);
  EXPECT_EQ(duo.a.sessions(), 1U);
  EXPECT_EQ(duo.a.children(), 2U);
  EXPECT_EQ(duo.b.children(), 2U);
}

TEST_F(EstablishedTest, is_closed_when_it_could_not_be_rekeyed_in_time) {
  duo.a.connection.rekey_time = 100s;
  duo.a.connection.over_time = 20s;
  duo.start();
  duo.call();
  // What a offers for the new IKE SA is nothing for b.
  duo.on_wire = [&](Seen& seen) {
    if (seen.header.exchange != create || seen.header.is_response) return true;
    auto payloads = seen.payloads;
    for (auto& payload : payloads) {
      auto* offered = std::get_if<wire::SaPayload>(&payload);
      if (offered == nullptr) continue;
      auto other = ike("aes256gcm16-prfsha256-x25519");
      other.front().number = 1;
      other.front().spi = offered->proposals.front().spi;
      offered->proposals = other;
    }
    seen.octets =
        duo.sealed(duo.a, {.exchange = create, .message_id = seen.header.message_id}, payloads);
    return true;
  };
  duo.run_for(119s);
  EXPECT_GE(requests(create).size(), 1U);
  EXPECT_EQ(duo.a.sessions(), 1U);

  duo.run_for(2s);
  EXPECT_EQ(duo.a.sessions(), 0U);
  EXPECT_EQ(duo.b.sessions(), 0U);
}

TEST_F(EstablishedTest, rekeys_before_its_time_is_over_and_not_always_at_the_same) {
  std::set<core::Duration> times;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Duo duos;
    (void)duos.a.random.bytes(seed);  // each time other numbers follow
    auto& limits = duos.a.connection.children.front().limits;
    limits = {.rekey_time = 100s, .life_time = 110s, .rand_time = 50s};
    duos.start();
    duos.call();
    const auto begin = duos.now;
    while (duos.a.count("child_rekeyed") == 0 && duos.now < begin + 200s) duos.run_for(1s);
    times.insert(duos.now - begin);
  }

  EXPECT_GE(*times.begin(), 50s);
  EXPECT_LE(*times.rbegin(), 101s);
  EXPECT_GT(times.size(), 2U);
}

TEST_F(EstablishedTest, keeps_two_children_of_the_same_selectors) {
  for (auto* end : {&duo.a, &duo.b}) end->connection.uniqueness = policy::Uniqueness::never;
  duo.start();
  duo.handle(duo.a, Initiate{.connection = "gw", .child = "net"});
  duo.handle(duo.b, Initiate{.connection = "gw", .child = "net"});
  duo.deliver();
  duo.run_for(60s);

  EXPECT_EQ(duo.a.children(), 2U);
  EXPECT_EQ(duo.b.children(), 2U);
}

TEST_F(EstablishedTest, answers_where_a_request_came_from) {
  establish();
  const net::Endpoint elsewhere{.address = duo.a.at.address, .port = 20000};
  duo.put(duo.b, duo.sealed(duo.a, {.exchange = informational, .message_id = 2}, {}), elsewhere);

  ASSERT_THAT(duo.b.sent, SizeIs(1));
  EXPECT_EQ(duo.b.sent.front().path.theirs, elsewhere);
}

TEST_F(EstablishedTest, does_not_follow_a_copy_from_elsewhere) {
  establish();
  const auto message = duo.sealed(duo.a, {.exchange = informational, .message_id = 2}, {});
  duo.put(duo.b, message);
  duo.b.sent.clear();
  const net::Endpoint elsewhere{.address = *net::Address::parse("203.0.113.9"), .port = 500};
  duo.put(duo.b, message, elsewhere);

  EXPECT_EQ(duo.b.endpoint->status().front().path.theirs, duo.a.at);
}

TEST_F(EstablishedTest, traps_what_the_peer_closes_if_close_action_says_so) {
  duo.a.connection.children.front().close_action = policy::EndAction::trap;
  establish();
  duo.handle(duo.b, Terminate{.connection = "gw", .child = "net"});
  duo.deliver();

  EXPECT_EQ(duo.a.children(), 0U);
  EXPECT_EQ(duo.a.trapped, std::vector{policy::PolicyId{1}});
  EXPECT_THAT(duo.b.trapped, IsEmpty());
}

TEST_F(EstablishedTest, traps_what_a_dead_peer_leaves_if_dpd_action_says_so) {
  duo.a.connection.children.front().dpd_action = policy::EndAction::trap;
  duo.a.connection.dpd_delay = std::chrono::seconds(10);
  establish();
  duo.on_wire = [](Seen&) { return false; };
  duo.run_for(std::chrono::minutes(10));

  EXPECT_EQ(duo.a.sessions(), 0U);
  EXPECT_EQ(duo.a.trapped, std::vector{policy::PolicyId{1}});
}

}  // namespace
}  // namespace esplanade::ike::test
