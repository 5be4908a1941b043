// IKE_SA_INIT and IKE_AUTH between two endpoints (RFC 7296, 1.2, 2.6, 2.15, 2.21.2).
#include "crypto/openssl/test_pki.h"
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using testing::SizeIs;

constexpr auto init = ExchangeType::ike_sa_init;
constexpr auto auth = ExchangeType::ike_auth;

auto proposals_in(const Seen& seen) -> const std::vector<sa::Proposal>& {
  return wire::find<wire::SaPayload>(seen.payloads)->proposals;
}

TEST(SaInit, is_asked_again_with_the_group_the_peer_wants_and_all_proposals) {
  Duo duo;
  duo.a.connection.proposals = ike("aes128gcm16-prfsha256-x25519-ecp256");
  duo.b.connection.proposals = ike("aes128gcm16-prfsha256-ecp256");
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.children(), 1U);
  const auto requests = messages_of(duo, init, false);
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0]->header.spis, requests[1]->header.spis);
  EXPECT_EQ(requests[1]->header.message_id, 0U);
  EXPECT_EQ(proposals_in(*requests[0]), proposals_in(*requests[1]));
  EXPECT_EQ(wire::find<wire::KePayload>(requests[0]->payloads)->method,
            iana::KeyExchangeId::curve25519);
  EXPECT_EQ(wire::find<wire::KePayload>(requests[1]->payloads)->method,
            iana::KeyExchangeId::ecp_256);
  EXPECT_TRUE(has_notify(*messages_of(duo, init, true)[0], NotifyType::invalid_ke_payload));
}

TEST(SaInit, does_not_follow_a_forged_wish_for_a_group_it_did_not_offer) {
  Duo duo;
  duo.start();
  duo.handle(duo.a, Initiate{.connection = "gw", .child = ""});
  const auto asked = wire::parse_message(duo.a.sent.front().message)->header;
  const auto sent = duo.a.sent.size();
  duo.put(duo.a, wire::write_message(
                     {.spis = asked.spis, .exchange = init, .is_response = true},
                     {notify(NotifyType::invalid_ke_payload, core::from_hex("0001").value())}));
  EXPECT_EQ(duo.a.sent.size(), sent);

  duo.deliver();  // and the true answer is still taken
  EXPECT_EQ(duo.a.children(), 1U);
}

TEST(SaInit, is_followed_from_the_port_for_nat_traversal_that_this_host_has) {
  Duo duo;
  duo.a.connection.forces_encapsulation = true;
  duo.a.options.nat_traversal_port = 4501;
  duo.start();
  duo.call();

  ASSERT_EQ(duo.a.children(), 1U);
  const auto path = duo.a.endpoint->status().back().path;
  EXPECT_EQ(path.ours.port, 4501);
  EXPECT_EQ(path.theirs.port, 4500);
}

TEST(Notices, name_ciphers_as_a_configuration_does) {
  for (const std::string words : {"chacha20poly1305", "aes256gcm16", "aes192-sha256"}) {
    Duo duo;
    for (auto* end : {&duo.a, &duo.b}) end->connection.children.front().proposals = esp(words);
    duo.start();
    duo.call();

    const auto told = std::ranges::find(duo.a.notices, "child_established", &Notice::event);
    ASSERT_NE(told, duo.a.notices.end());
    EXPECT_THAT(told->fields, testing::Contains(testing::Pair("esp", words)));
  }
}

TEST(SaInit, waits_for_a_better_answer_than_a_refusal_in_clear) {
  Duo duo;
  duo.start();
  duo.handle(duo.a, Initiate{.connection = "gw", .child = ""});
  const auto asked = wire::parse_message(duo.a.sent.front().message)->header;
  for (const auto type : {NotifyType::no_proposal_chosen, NotifyType::invalid_syntax,
                          NotifyType::invalid_major_version}) {
    duo.put(duo.a, wire::write_message({.spis = asked.spis, .exchange = init, .is_response = true},
                                       {notify(type)}));
  }
  EXPECT_EQ(duo.a.sessions(), 1U);

  duo.deliver();
  EXPECT_EQ(duo.a.children(), 1U);
}

TEST(SaInit, ends_by_a_refusal_if_nothing_better_comes) {
  Duo duo;
  duo.b.connection.proposals = ike("aes256gcm16-prfsha256-x25519");
  duo.start();
  duo.call();
  EXPECT_EQ(duo.a.sessions(), 1U);

  duo.run_for(2s);
  EXPECT_EQ(duo.a.sessions(), 0U);
  EXPECT_EQ(duo.a.count("negotiation_failed"), 1U);
}

TEST(Cookie, goes_in_front_of_a_request_that_is_otherwise_the_same) {
  Duo duo;
  duo.b.options.cookie_threshold = 0;
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.children(), 1U);
  const auto requests = messages_of(duo, init, false);
  ASSERT_THAT(requests, SizeIs(2));
  auto again = requests[1]->payloads;
  const auto* cookie = std::get_if<wire::NotifyPayload>(&again.front());
  ASSERT_NE(cookie, nullptr);
  EXPECT_EQ(cookie->type, NotifyType::cookie);
  again.erase(again.begin());
  EXPECT_EQ(again, requests[0]->payloads);
}

// The cookie comes first or the group; and a changed KE costs no further cookie, for ours is of
// nonce, address and SPI. AUTH covers the last request, so that it stands shows which one it was.
TEST(Cookie, and_another_group_may_be_wanted_of_one_request) {
  Duo duo;
  duo.a.connection.proposals = ike("aes128gcm16-prfsha256-x25519-ecp256");
  duo.b.connection.proposals = ike("aes128gcm16-prfsha256-ecp256");
  duo.b.options.cookie_threshold = 0;
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.children(), 1U);
  EXPECT_EQ(duo.b.children(), 1U);
  const auto requests = messages_of(duo, init, false);
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_TRUE(has_notify(*requests[2], NotifyType::cookie));
  EXPECT_EQ(wire::find<wire::KePayload>(requests[2]->payloads)->method,
            iana::KeyExchangeId::ecp_256);
}

TEST(Cookie, may_be_wanted_again_for_the_changed_request) {
  Duo duo;
  duo.b.options.cookie_threshold = 0;
  duo.start();
  // As from a responder that has changed its secret in between.
  auto is_first = true;
  duo.on_wire = [&](Seen& seen) {
    if (!has_notify(seen, NotifyType::cookie) || !seen.header.is_response || !is_first) return true;
    is_first = false;
    auto payloads = seen.payloads;
    std::get<wire::NotifyPayload>(payloads.front()).data.assign(33, std::byte{});
    seen.octets = wire::write_message(seen.header, payloads);
    return true;
  };
  duo.call();

  EXPECT_THAT(messages_of(duo, init, false), SizeIs(3));
  EXPECT_EQ(duo.a.children(), 1U);
}

TEST(Cookie, is_followed_so_often_and_no_more) {
  Duo duo;
  duo.start();
  duo.on_wire = [](Seen& seen) {
    if (!seen.header.is_response || seen.header.exchange != init) return true;
    auto header = seen.header;
    header.spis.r = {};
    seen.octets = wire::write_message(header, {notify(NotifyType::cookie, core::Bytes(8))});
    return true;
  };
  duo.call();

  EXPECT_LE(messages_of(duo, init, false).size(), 10U);
  EXPECT_EQ(duo.a.children(), 0U);
  duo.run_for(60s);
  EXPECT_EQ(duo.a.sessions(), 0U);
}

TEST(Auth, stands_without_the_child_if_only_that_is_refused) {
  for (const auto* what : {"selectors", "proposals"}) {
    Duo duo;
    auto& child = duo.b.connection.children.front();
    if (std::string_view(what) == "selectors") child.theirs = selectors_of("10.9.0.0/16");
    if (std::string_view(what) == "proposals") child.proposals = esp("aes256gcm16");
    duo.start();
    duo.call();

    EXPECT_EQ(duo.a.sessions(), 1U) << what;
    EXPECT_EQ(duo.b.sessions(), 1U) << what;
    EXPECT_EQ(duo.a.children(), 0U) << what;
    EXPECT_EQ(duo.a.count("ike_established"), 1U);
    EXPECT_EQ(duo.a.count("child_failed"), 1U);
    const auto answers = messages_of(duo, auth, true);
    ASSERT_THAT(answers, SizeIs(1));
    EXPECT_NE(wire::find<wire::AuthPayload>(answers[0]->payloads), nullptr);
    EXPECT_NE(wire::find_error(answers[0]->payloads), nullptr);
  }
}

TEST(Auth, of_another_identity_than_was_asked_for_is_refused) {
  Duo duo;
  duo.a.connection.remote.id = policy::Identity::parse("c.example").value();
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.sessions(), 0U);
  EXPECT_EQ(duo.b.sessions(), 0U);
  const auto answers = messages_of(duo, auth, true);
  ASSERT_THAT(answers, SizeIs(1));
  ASSERT_THAT(answers[0]->payloads, SizeIs(1));  // no detail
  EXPECT_TRUE(has_notify(*answers[0], NotifyType::authentication_failed));
}

TEST(Auth, that_the_initiator_does_not_believe_is_told_to_the_peer) {
  Duo duo;
  duo.a.connection.remote.kind = policy::AuthKind::public_key;  // b proves itself by a secret
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.sessions(), 0U);
  EXPECT_EQ(duo.b.sessions(), 0U);
  const auto told = messages_of(duo, ExchangeType::informational, false);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_TRUE(has_notify(*told[0], NotifyType::authentication_failed));
}

TEST(Auth, is_the_only_exchange_after_sa_init) {
  Duo duo;
  duo.start();
  duo.on_wire = [](Seen& seen) { return seen.header.exchange != auth; };
  duo.call();
  duo.on_wire = [](Seen&) { return true; };
  const auto before = duo.seen.size();

  duo.forge(duo.a, {.exchange = ExchangeType::create_child_sa, .message_id = 1},
            {wire::SaPayload{esp("aes128gcm16")}, wire::NoncePayload{core::Bytes(32)}});

  EXPECT_EQ(duo.b.children(), 0U);
  EXPECT_EQ(duo.b.count("ike_established"), 0U);
  for (auto i = before; i < duo.seen.size(); ++i) {
    EXPECT_EQ(wire::find<wire::SaPayload>(duo.seen[i].payloads), nullptr);
  }
}

TEST(Auth, with_an_unknown_critical_payload_is_refused_as_a_whole) {
  Duo duo;
  duo.start();
  duo.on_wire = [](Seen& seen) { return seen.header.exchange != auth; };
  duo.call();
  duo.on_wire = [](Seen&) { return true; };
  duo.seen.clear();

  duo.forge(duo.a, {.exchange = auth, .message_id = 1},
            {wire::UnknownPayload{
                .type = iana::PayloadType{200}, .is_critical = true, .body = core::Bytes(4)}});

  const auto answers = messages_of(duo, auth, true);
  ASSERT_THAT(answers, SizeIs(1));
  ASSERT_THAT(answers[0]->payloads, SizeIs(1));
  EXPECT_TRUE(has_notify(*answers[0], NotifyType::unsupported_critical_payload));
  EXPECT_EQ(duo.b.count("ike_established"), 0U);
}

TEST(Auth, brings_initial_contact_after_a_restart_and_the_old_ike_sa_goes) {
  Duo duo;
  duo.start();
  duo.call();
  duo.run_for(1s);
  duo.restart(duo.a);
  duo.seen.clear();
  duo.call();

  EXPECT_EQ(duo.b.sessions(), 1U);
  EXPECT_EQ(duo.b.children(), 1U);
  EXPECT_TRUE(has_notify(*messages_of(duo, auth, false)[0], NotifyType::initial_contact));
  for (const auto& one : duo.seen) {
    EXPECT_TRUE(one.header.exchange == auth || !has_notify(one, NotifyType::initial_contact));
  }
}

TEST(Auth, may_be_of_different_kinds_in_the_two_directions) {
  Duo duo;
  const auto text = std::string(
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n");
  const auto key = crypto::parse_private_key(core::as_view(text)).value();
  const std::shared_ptr<const crypto::PublicKey> half =
      crypto::parse_public_key(key->public_key().spki()).value();
  duo.b.credentials->keys.push_back({.name = "b", .key = key});
  duo.b.connection.local.kind = duo.a.connection.remote.kind = policy::AuthKind::public_key;
  duo.b.connection.local.public_keys = duo.a.connection.remote.public_keys = {half};
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.children(), 1U);
  EXPECT_EQ(duo.b.children(), 1U);
  EXPECT_EQ(wire::find<wire::AuthPayload>(messages_of(duo, auth, false)[0]->payloads)->method,
            iana::AuthMethod::shared_key_message_integrity_code);
  EXPECT_EQ(wire::find<wire::AuthPayload>(messages_of(duo, auth, true)[0]->payloads)->method,
            iana::AuthMethod::digital_signature);
}

/// b proves itself by a certificate that is good for an hour, or by a CRL that is due by then.
struct ShortProof : Duo {
  explicit ShortProof(bool is_by_crl = false) {
    crypto::openssl::TestCa ca({.subject = "C=CH, O=Esplanade, CN=root"});
    crypto::openssl::TestSubject subject{.subject = "C=CH, CN=b"};
    const auto wall = core::Duration{1'780'000'000s} + now.since_origin;
    if (!is_by_crl) subject.not_after = {wall + 1h};
    const auto issued = ca.issue(subject);
    b.credentials->keys.push_back({.name = "b", .key = issued.key()});
    b.connection.local.kind = a.connection.remote.kind = policy::AuthKind::public_key;
    b.connection.local.certificates = {issued.parsed()};
    b.connection.local.id = a.connection.remote.id = policy::Identity::parse("C=CH, CN=b").value();
    a.credentials->anchors = {ca.parsed()};
    if (is_by_crl) {
      const crypto::openssl::TestRevocation when{.this_update = {wall - 1h},
                                                 .next_update = {wall + 1h}};
      a.credentials->crls = {crypto::parse_crl(ca.crl({}, when)).value()};
    }
    start();
    call();
  }
};

// RFC 4301, 4.4.2.1
TEST(Auth, by_a_certificate_is_renewed_before_that_expires) {
  for (const auto is_by_crl : {false, true}) {
    ShortProof duo(is_by_crl);
    ASSERT_EQ(duo.a.count("ike_established"), 1U);

    duo.run_for(54min);
    EXPECT_EQ(duo.a.count("ike_established"), 1U);
    duo.run_for(2min);

    EXPECT_EQ(duo.a.count("ike_established"), 2U);
    EXPECT_EQ(duo.a.sessions(), 1U);
  }
}

/// It is the initiator that authenticates anew, so it has to know how long its own proof is good.
TEST(Auth, by_a_certificate_of_ours_is_renewed_before_that_expires) {
  ShortProof duo;
  duo.handle(duo.a, Terminate{.connection = "gw", .child = {}});
  duo.deliver();
  ASSERT_EQ(duo.b.sessions(), 0U);
  duo.call_from(duo.b);
  ASSERT_EQ(duo.b.count("ike_established"), 2U);

  duo.run_for(54min);
  EXPECT_EQ(duo.b.count("ike_established"), 2U);
  duo.run_for(2min);

  EXPECT_EQ(duo.b.count("ike_established"), 3U);
  EXPECT_EQ(duo.a.count("proof_expired"), 0U);
  EXPECT_EQ(duo.b.sessions(), 1U);
}

TEST(Auth, by_a_certificate_ends_with_it_where_no_other_comes) {
  ShortProof duo;
  duo.rekey(duo.a, "");
  duo.deliver();
  EXPECT_EQ(duo.a.count("ike_rekeyed"), 1U) << "which renews keys, and no proof";
  duo.on_wire = [](Seen& one) { return one.header.exchange != ExchangeType::ike_sa_init; };

  duo.run_for(59min);
  EXPECT_EQ(duo.a.children(), 1U);
  duo.run_for(2min);

  EXPECT_EQ(duo.a.count("proof_expired"), 1U);
  EXPECT_EQ(duo.a.children(), 0U);
}

TEST(Auth, leaves_key_exchange_and_its_transform_out_of_the_child) {
  Duo duo;
  for (auto* end : {&duo.a, &duo.b}) {
    end->connection.children.front().proposals = esp("aes128gcm16-x25519");
  }
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.children(), 1U);
  const auto& request = *messages_of(duo, auth, false)[0];
  EXPECT_EQ(wire::find<wire::KePayload>(request.payloads), nullptr);
  for (const auto& one : proposals_in(request).front().transforms) {
    EXPECT_NE(one.type, iana::TransformType::key_exchange_method);
  }
}

TEST(Packet, that_wants_an_sa_is_the_first_selector_pair) {
  Duo duo;
  duo.start();
  const auto one = [](std::string_view address, std::uint16_t port) {
    return sa::TrafficSelector{.addresses = *net::Range::parse(address),
                               .protocol = iana::IpProtocol::tcp,
                               .ports = {port, port}};
  };
  const auto ours = one("10.1.0.7", 40000);
  const auto theirs = one("10.2.0.9", 443);
  duo.handle(duo.a, Acquire{.policy = policy::PolicyId{1}, .ours = ours, .theirs = theirs});
  duo.deliver();

  const auto& request = *messages_of(duo, auth, false)[0];
  EXPECT_EQ(wire::find_ts(request.payloads, true)->selectors.front(), ours);
  EXPECT_EQ(wire::find_ts(request.payloads, false)->selectors.front(), theirs);
  EXPECT_EQ(duo.a.children(), 1U);

  duo.rekey(duo.a, "net");  // where no packet is in front (RFC 7296, 2.9.2)
  duo.deliver();
  const auto& rekeying = *messages_of(duo, ExchangeType::create_child_sa, false)[0];
  EXPECT_EQ(wire::find_ts(rekeying.payloads, true)->selectors,
            (std::vector<sa::TrafficSelector>{
                {.addresses = *net::Range::parse("10.1.0.0/16"), .protocol = {}, .ports = {}}}));
}

}  // namespace
}  // namespace esplanade::ike::test
