// What a peer may refuse, or say that we would not, and what becomes of the IKE SA and its children
// (RFC 7296, 1.3, 2.5, 2.9, 2.21 and 3.10.1).
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"
#include "tests/sim/wiretap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using ike::wire::NotifyPayload;
using ike::wire::Payloads;

constexpr auto net = policy::PolicyId{1};

auto logging() -> ike::EndpointOptions {
  auto options = World::quick();
  options.logs_keys = true;
  return options;
}

auto notify(NotifyType type, core::Bytes data = {}) -> NotifyPayload {
  return {.protocol = {}, .spi = {}, .type = type, .data = std::move(data)};
}

/// The message becomes this notify and nothing else.
auto only(NotifyType type, core::Bytes data = {}) -> std::function<void(Payloads&)> {
  return [=](Payloads& payloads) { payloads = {notify(type, data)}; };
}

/// A pair, and one who alters what passes between them.
class Scene {
 public:
  explicit Scene(PairOptions options = {}) : pair(with_keys(std::move(options))), tap(pair.world) {}

  void establish() {
    pair.initiate(*pair.a, "net");
    pair.world.run_for(2s);
    ASSERT_NE(pair.a->carrier(net), nullptr) << pair.story();
  }
  /// Alters the first message of this kind, or every one.
  void alter(ExchangeType exchange, bool is_response, std::function<void(Payloads&)> change,
             std::size_t times = 1) {
    auto left = std::make_shared<std::size_t>(times);
    pair.world.filter = [=, this, next = std::move(pair.world.filter)](const ike::Send& sent) {
      const auto header = *ike::wire::Header::parse(sent.message);
      const bool is_it = header.exchange == exchange && header.is_response == is_response;
      if (!is_it || *left == 0) return next(sent);
      --*left;
      tap.rewrite(sent, change);
      return false;
    };
  }
  /// Creations are refused, for what they offer fits nothing any more, and with this error.
  void refuse_creations(NotifyType type, std::size_t times = 1) {
    const auto misfit = [](Payloads& payloads) {
      for (auto& payload : payloads) {
        auto* sa = std::get_if<ike::wire::SaPayload>(&payload);
        if (sa == nullptr) continue;
        for (auto& proposal : sa->proposals) {
          for (auto& transform : proposal.transforms) transform.id = 1023;
        }
      }
    };
    alter(ExchangeType::create_child_sa, false, misfit, times);
    alter(ExchangeType::create_child_sa, true, only(type), times);
  }
  /// A request of the original initiator that its endpoint knows nothing of.
  void inject(ExchangeType exchange, std::uint32_t id, Payloads payloads) {
    const auto spis = pair.a->endpoint().status().front().spis;
    pair.world.inject(
        {.path = {.ours = {pair.a->address(), 500}, .theirs = {pair.b->address(), 500}},
         .message = tap.seal({.header = {.spis = spis,
                                         .exchange = exchange,
                                         .is_from_initiator = true,
                                         .message_id = id},
                              .payloads = std::move(payloads)})});
  }
  void rekey(Gateway& gateway, const std::string& child) {
    pair.world.handle(gateway, ike::Rekey{.connection = "gw", .child = child});
  }

  Pair pair;
  Wiretap tap;

 private:
  static auto with_keys(PairOptions options) -> PairOptions {
    options.ike = logging();
    return options;
  }
};

/// The child part of an IKE_AUTH response becomes this notify.
auto without_child(NotifyType type) -> std::function<void(Payloads&)> {
  return [type](Payloads& payloads) {
    std::erase_if(payloads, [](const auto& payload) {
      return std::holds_alternative<ike::wire::SaPayload>(payload) ||
             std::holds_alternative<ike::wire::TsPayload>(payload);
    });
    payloads.emplace_back(notify(type));
  };
}

auto has_reason(const Gateway& gateway, std::string_view event, std::string_view part) -> bool {
  return std::ranges::any_of(gateway.told(), [&](const Told& told) {
    return told.notice.event == event &&
           std::ranges::any_of(told.notice.fields, [&](const auto& field) {
             return field.second.find(part) != std::string::npos;
           });
  });
}

// HDR, SK { IDi, AUTH, SAi2, TSi, TSr } -->   <-- HDR, SK { IDr, AUTH, N(...) }
TEST(IkeAuth, that_refuses_the_child_alone_leaves_an_ike_sa) {
  for (const auto type : {NotifyType::no_proposal_chosen, NotifyType::ts_unacceptable,
                          NotifyType::single_pair_required, NotifyType::internal_address_failure,
                          NotifyType::failed_cp_required, NotifyType::no_additional_sas}) {
    Scene scene;
    scene.alter(ExchangeType::ike_auth, true, without_child(type));
    scene.pair.initiate(*scene.pair.a, "net");
    scene.pair.world.run_for(2s);

    EXPECT_EQ(scene.pair.a->endpoint().status().size(), 1U) << scene.pair.story();
    EXPECT_TRUE(scene.pair.a->children().empty());
    EXPECT_TRUE(scene.pair.a->reserved().empty());
    EXPECT_EQ(scene.pair.a->count("child_failed"), 1U);
  }
}

TEST(IkeAuth, without_auth_leaves_none) {
  for (const auto type : {NotifyType::authentication_failed, NotifyType::invalid_syntax,
                          NotifyType::unsupported_critical_payload}) {
    Scene scene;
    scene.alter(ExchangeType::ike_auth, true, only(type));
    scene.pair.initiate(*scene.pair.a, "net");
    scene.pair.world.run_for(2s);

    EXPECT_TRUE(scene.pair.a->endpoint().status().empty());
    EXPECT_EQ(scene.pair.a->count("negotiation_failed"), 1U);
    EXPECT_TRUE(scene.pair.a->reserved().empty());
  }
}

TEST(IkeAuth, whose_auth_the_initiator_does_not_believe_is_told_so) {
  Scene scene;
  scene.alter(ExchangeType::ike_auth, true, [](Payloads& payloads) {
    for (auto& payload : payloads) {
      auto* auth = std::get_if<ike::wire::AuthPayload>(&payload);
      if (auth != nullptr) auth->data[0] ^= std::byte{1};
    }
  });
  scene.pair.initiate(*scene.pair.a, "net");
  scene.pair.world.run_for(2s);

  EXPECT_TRUE(scene.pair.a->endpoint().status().empty());
  EXPECT_TRUE(scene.pair.b->endpoint().status().empty());  // by N(AUTHENTICATION_FAILED)
  EXPECT_EQ(scene.pair.b->count("authentication_failed"), 1U) << scene.pair.story();
}

TEST(UnknownPayload, is_refused_as_a_whole_where_it_is_critical_and_the_ike_sa_stays) {
  Scene scene;
  scene.establish();
  scene.tap.listen();
  scene.inject(ExchangeType::informational, 2,
               {ike::wire::UnknownPayload{
                    .type = iana::PayloadType{200}, .is_critical = true, .body = core::Bytes(4)},
                ike::wire::DeletePayload{.protocol = iana::SecurityProtocol::ike, .spis = {}}});
  scene.pair.world.run_for(1s);

  ASSERT_EQ(scene.tap.heard().size(), 1U);
  const auto& answer = scene.tap.heard().front().payloads;
  ASSERT_EQ(answer.size(), 1U);
  EXPECT_EQ(std::get<NotifyPayload>(answer.front()),
            notify(NotifyType::unsupported_critical_payload, {std::byte{200}}));
  EXPECT_EQ(scene.pair.b->endpoint().status().size(), 1U);
}

TEST(UnknownPayload, is_passed_over_where_it_is_not_critical) {
  Scene scene;
  const auto add = [](Payloads& payloads) {
    payloads.insert(payloads.begin(), ike::wire::UnknownPayload{.type = iana::PayloadType{200},
                                                                .is_critical = false,
                                                                .body = core::Bytes(4)});
    payloads.emplace_back(notify(NotifyType{40'000}));  // a status of no registry
  };
  scene.alter(ExchangeType::ike_auth, false, add);
  scene.alter(ExchangeType::ike_auth, true, add);
  scene.establish();
  scene.alter(ExchangeType::create_child_sa, false, add);
  scene.alter(ExchangeType::create_child_sa, true, add);
  scene.rekey(*scene.pair.a, "net");
  scene.pair.world.run_for(20s);

  EXPECT_THAT(disagreements(scene.pair.world), testing::IsEmpty());
  EXPECT_EQ(scene.pair.b->count("child_rekeyed"), 1U);
}

TEST(UnknownError, in_a_response_means_that_the_request_failed) {
  Scene scene;
  scene.establish();
  scene.alter(ExchangeType::create_child_sa, true, only(NotifyType{8'000}));
  scene.rekey(*scene.pair.a, "net");
  scene.pair.world.run_for(1s);

  EXPECT_TRUE(has_reason(*scene.pair.a, "child_rekey_failed", "8000")) << scene.pair.story();
  EXPECT_EQ(scene.pair.a->endpoint().status().size(), 1U);
  EXPECT_NE(scene.pair.a->carrier(net), nullptr);
}

TEST(AuthenticNonsense, closes_the_ike_sa_of_both) {
  Scene scene;
  scene.establish();
  scene.inject(ExchangeType::create_child_sa, 2, {notify(NotifyType::rekey_sa)});  // no SA, no Ni
  scene.pair.world.run_for(1s);

  EXPECT_TRUE(scene.pair.b->endpoint().status().empty()) << scene.pair.story();
  EXPECT_TRUE(has_reason(*scene.pair.b, "ike_closed", "INVALID_SYNTAX"));
}

TEST(ChildSaNotFound, makes_the_child_anew) {
  Scene scene;
  scene.establish();
  const auto before = scene.pair.a->carrier(net)->inbound->spi;
  scene.alter(ExchangeType::create_child_sa, true, only(NotifyType::child_sa_not_found));
  scene.rekey(*scene.pair.a, "net");
  scene.pair.world.run_for(20s);

  ASSERT_NE(scene.pair.a->carrier(net), nullptr) << scene.pair.story();
  EXPECT_NE(scene.pair.a->carrier(net)->inbound->spi, before);
  EXPECT_EQ(scene.pair.a->children().size(), 1U);
}

TEST(ChildSaNotFound, is_the_answer_for_an_spi_nobody_has) {
  Scene scene;
  scene.establish();
  scene.tap.listen();
  scene.alter(ExchangeType::create_child_sa, false, [](Payloads& payloads) {
    for (auto& payload : payloads) {
      auto* rekey = std::get_if<NotifyPayload>(&payload);
      if (rekey != nullptr && rekey->type == NotifyType::rekey_sa) rekey->spi[0] ^= std::byte{1};
    }
  });
  scene.rekey(*scene.pair.a, "net");
  scene.pair.world.run_for(1s);

  EXPECT_EQ(scene.tap.count(NotifyType::child_sa_not_found), 1U);
}

TEST(TemporaryFailure, is_tried_again_later_and_not_at_once) {
  Scene scene;
  scene.establish();
  scene.refuse_creations(NotifyType::temporary_failure);
  scene.rekey(*scene.pair.a, "net");
  scene.pair.world.run_for(4s);
  EXPECT_EQ(scene.pair.a->count("child_rekeyed"), 0U);

  scene.pair.world.run_for(60s);
  EXPECT_EQ(scene.pair.a->count("child_rekeyed"), 1U) << scene.pair.story();
}

TEST(TemporaryFailure, for_minutes_closes_the_ike_sa) {
  Scene scene({.change_a = [](policy::Connection& c) {
    c.children.front().limits.rekey_time = 5s;
    c.children.front().limits.life_time = 3600s;
  }});
  scene.establish();
  const auto before = scene.pair.a->endpoint().status().front().spis;
  // Only creations are asked for again on the spot; rekeyings every half a minute.
  scene.refuse_creations(NotifyType::temporary_failure, 10'000);
  scene.pair.world.run_for(4000s);

  const auto now = scene.pair.a->endpoint().status();
  EXPECT_TRUE(now.empty() || now.front().spis != before) << scene.pair.story();
}

TEST(NoAdditionalSas, has_the_next_child_made_on_another_ike_sa) {
  Scene scene(
      {.children = {{}, {.name = "other", .ours = "10.3.0.0/16", .theirs = "10.4.0.0/16"}}});
  scene.establish();
  scene.alter(ExchangeType::create_child_sa, true, only(NotifyType::no_additional_sas));
  scene.pair.initiate(*scene.pair.a, "other");
  scene.pair.world.run_for(2s);
  EXPECT_EQ(scene.pair.a->children().size(), 1U);

  scene.pair.initiate(*scene.pair.a, "other");
  scene.pair.world.run_for(2s);
  EXPECT_EQ(scene.pair.a->children().size(), 2U) << scene.pair.story();
  EXPECT_EQ(scene.pair.a->endpoint().status().size(), 2U);
}

TEST(NoAdditionalSas, has_what_cannot_be_rekeyed_authenticated_again) {
  for (const std::string child : {"net", ""}) {
    Scene scene;
    scene.establish();
    const auto before = scene.pair.a->endpoint().status().front().spis;
    scene.refuse_creations(NotifyType::no_additional_sas);
    scene.rekey(*scene.pair.a, child);
    scene.pair.world.run_for(100s);

    ASSERT_EQ(scene.pair.a->endpoint().status().size(), 1U) << scene.pair.story();
    EXPECT_NE(scene.pair.a->endpoint().status().front().spis, before);
    EXPECT_THAT(disagreements(scene.pair.world), testing::IsEmpty()) << scene.pair.story();
    EXPECT_NE(scene.pair.a->carrier(net), nullptr);
  }
}

// --- traffic selectors ---------------------------------------------------------------------------

auto packet(Pair& pair) -> std::uint64_t {
  return pair.world.send(*pair.a, net, *net::Address::parse("10.1.2.3"),
                         *net::Address::parse("10.2.3.4"));
}

/// A response with TSi and TSr of one address each.
auto one_address(Payloads& payloads) -> void {
  const std::array<std::string, 2> addresses = {"10.1.2.3", "10.2.3.4"};
  for (auto& payload : payloads) {
    auto* ts = std::get_if<ike::wire::TsPayload>(&payload);
    if (ts == nullptr) continue;
    const auto& address = addresses[ts->is_initiator ? 0 : 1];
    ts->selectors = {{.addresses = *net::Range::parse(address), .protocol = {}, .ports = {}}};
  }
}

TEST(SinglePairRequired, is_followed_by_an_offer_of_the_packets_pair_alone) {
  Scene scene;
  scene.tap.listen();
  std::size_t calls = 0;
  scene.pair.initiate(*scene.pair.b, "net");  // an IKE SA of b's, for CREATE_CHILD_SA by a
  scene.pair.world.run_for(1s);
  scene.pair.world.handle(*scene.pair.b, ike::Terminate{.connection = "gw", .child = "net"});
  scene.pair.world.run_for(10s);
  scene.alter(ExchangeType::create_child_sa, true, only(NotifyType::single_pair_required));
  const auto number = packet(scene.pair);
  scene.pair.world.run_for(2s);

  for (const auto& message : scene.tap.heard()) {
    if (message.header.exchange != ExchangeType::create_child_sa || message.header.is_response) {
      continue;
    }
    const auto& ts = ike::wire::find_ts(message.payloads, true)->selectors;
    EXPECT_EQ(ts.size(), ++calls == 1 ? 2U : 1U);  // the packet and the policy; the packet alone
    EXPECT_EQ(ts.front().addresses, *net::Range::parse("10.1.2.3"));
  }
  EXPECT_EQ(calls, 2U) << scene.pair.story();
  EXPECT_TRUE(scene.pair.world.ledger().delivered.contains(number));
}

TEST(Narrowing, to_less_than_was_offered_is_installed_as_answered) {
  Scene scene;
  scene.alter(ExchangeType::ike_auth, true, one_address);
  scene.pair.initiate(*scene.pair.a, "net");
  scene.pair.world.run_for(1s);

  ASSERT_EQ(scene.pair.a->children().size(), 1U);
  const auto& selectors = scene.pair.a->children().begin()->second.outbound->selectors;
  EXPECT_EQ(selectors.ours.front().addresses, *net::Range::parse("10.1.2.3"));
}

TEST(Narrowing, to_more_than_was_offered_is_refused_and_the_peers_child_deleted) {
  Scene scene;
  scene.alter(ExchangeType::ike_auth, true, [](Payloads& payloads) {
    for (auto& payload : payloads) {
      auto* ts = std::get_if<ike::wire::TsPayload>(&payload);
      if (ts != nullptr)
        ts->selectors = {
            {.addresses = *net::Range::parse("0.0.0.0/0"), .protocol = {}, .ports = {}}};
    }
  });
  scene.pair.initiate(*scene.pair.a, "net");
  scene.pair.world.run_for(20s);

  EXPECT_TRUE(scene.pair.a->children().empty());
  EXPECT_TRUE(scene.pair.b->children().empty()) << scene.pair.story();
  EXPECT_EQ(scene.pair.a->endpoint().status().size(), 1U);
}

TEST(Narrowing, keeps_the_pair_of_the_packet) {
  Scene scene({.change_b = [](policy::Connection& connection) {
    connection.children.front().theirs = {selector("10.1.2.0/24")};
    connection.children.front().ours = {selector("10.2.3.0/24")};
  }});
  const auto number = packet(scene.pair);
  scene.pair.world.run_for(2s);

  EXPECT_TRUE(scene.pair.world.ledger().delivered.contains(number)) << scene.pair.story();
  const auto& child = scene.pair.a->children().begin()->second;
  EXPECT_EQ(child.outbound->selectors.ours.front().addresses, *net::Range::parse("10.1.2.0/24"));
}

TEST(Narrowing, says_that_there_would_be_more_where_another_policy_has_it) {
  const auto two = [](policy::Connection& connection) {
    auto second = connection.children.front();
    connection.children.front().ours = {selector("10.2.1.0/24")};
    second.name = "second";
    second.policy = policy::PolicyId{2};
    second.ours = {selector("10.2.2.0/24")};
    connection.children.push_back(second);
  };
  Scene scene({.change_b = two});
  scene.tap.listen();
  scene.pair.initiate(*scene.pair.a, "net");
  scene.pair.world.run_for(1s);

  EXPECT_EQ(scene.tap.count(NotifyType::additional_ts_possible), 1U);
  EXPECT_EQ(scene.pair.a->children().size(), 1U);
}

TEST(Narrowing, to_nothing_is_ts_unacceptable) {
  Scene scene({.change_b = [](policy::Connection& connection) {
    connection.children.front().ours = {selector("10.77.0.0/16")};
  }});
  scene.tap.listen();
  const auto number = packet(scene.pair);
  scene.pair.world.run_for(2s);

  EXPECT_EQ(scene.tap.count(NotifyType::ts_unacceptable), 1U);
  EXPECT_TRUE(scene.pair.a->data().given_up().contains(number));
  EXPECT_EQ(scene.pair.a->data().held(), 0U);
  EXPECT_TRUE(scene.pair.world.ledger().delivered.empty());
}

TEST(Rekeying, offers_no_packet_and_no_less_than_is_in_use) {
  Scene scene;
  scene.tap.listen();
  packet(scene.pair);
  scene.pair.world.run_for(2s);
  scene.rekey(*scene.pair.a, "net");
  scene.pair.world.run_for(2s);

  const auto it = std::ranges::find_if(scene.tap.heard(), [](const Opened& message) {
    return message.header.exchange == ExchangeType::create_child_sa;
  });
  ASSERT_NE(it, scene.tap.heard().end());
  const auto& ts = ike::wire::find_ts(it->payloads, true)->selectors;
  ASSERT_EQ(ts.size(), 1U);
  EXPECT_EQ(ts.front().addresses, *net::Range::parse("10.1.0.0/16"));
}

TEST(Configuration, of_addresses_that_a_peer_asks_for_is_not_answered_but_the_child_stands) {
  Scene scene;
  scene.tap.listen();
  scene.alter(ExchangeType::ike_auth, false, [](Payloads& payloads) {
    payloads.emplace_back(ike::wire::CpPayload{.type = iana::CfgType::request,
                                               .attributes = {{.type = 1, .value = {}}}});
  });
  scene.establish();

  for (const auto& message : scene.tap.heard()) {
    const bool has_reply = ike::wire::find<ike::wire::CpPayload>(message.payloads) != nullptr;
    EXPECT_FALSE(message.header.is_response && has_reply);
  }
}

TEST(Pfs, that_does_not_fit_is_told_in_the_first_seconds) {
  auto options = World::quick();
  options.checks_pfs = true;
  Pair pair({.ike = options, .change_a = [](policy::Connection& connection) {
               connection.children.front().proposals.front().transforms.push_back(
                   sa::transform(iana::KeyExchangeId::curve25519));
             }});
  pair.initiate(*pair.a, "net");
  pair.world.run_for(10s);

  EXPECT_TRUE(has_reason(*pair.a, "child_rekey_failed", "NO_PROPOSAL_CHOSEN")) << pair.story();
  EXPECT_NE(pair.a->carrier(net), nullptr);  // it goes on as long as it can
}

TEST(Pfs, that_fits_is_checked_once_and_silently) {
  auto options = World::quick();
  options.checks_pfs = true;
  Pair pair({.ike = options});
  pair.initiate(*pair.a, "net");
  pair.world.run_for(60s);

  EXPECT_EQ(pair.a->count("child_rekeyed"), 1U) << pair.story();
  EXPECT_EQ(pair.b->count("child_rekeyed"), 1U);
  EXPECT_EQ(pair.a->count("child_rekey_failed"), 0U);
}

}  // namespace
}  // namespace esplanade::sim
