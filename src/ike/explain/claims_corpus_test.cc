// What an operator reads of an IKE_AUTH that was captured, opened with its keys, and refused.
#include "crypto/openssl/test_pki.h"
#include "ike/explain/explain_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::explain {
namespace {

using namespace test;
using crypto::openssl::test_now;
using crypto::openssl::TestCa;
using std::chrono::days;

const Payloads refused{notify(NotifyType::authentication_failed)};

auto claim(std::string_view who, iana::AuthMethod method = psk) -> Payloads {
  return {id(true, who), auth(method)};
}
auto claim_towards(std::string_view who, std::string_view wanted) -> Payloads {
  return {id(true, who), id(false, wanted), auth(psk)};
}

/// bob refuses what alice says of herself.
auto with_claim(const Payloads& said) -> Film {
  Film film;
  film.ask(first_auth, said).answer(first_auth, refused);
  return film;
}

// --- without a configuration ---------------------------------------------------------------------

TEST(ClaimsCorpus, says_who_was_refused_by_whom) {
  EXPECT_EQ(with_claim(claim("alice.example")).why(),
            "192.0.2.2 does not accept that 192.0.2.1 is alice.example by a pre-shared key");
  EXPECT_EQ(with_claim(claim("alice.example", signature)).why(),
            "192.0.2.2 does not accept that 192.0.2.1 is alice.example by a digital signature");
  EXPECT_EQ(with_claim(claim_towards("alice.example", "carol.example")).why(),
            "192.0.2.2 does not accept that 192.0.2.1 is alice.example by a pre-shared key (and "
            "asks for carol.example)");
  EXPECT_EQ(with_claim(claim("alice.example")).report().outcome, Outcome::refused);
}

TEST(ClaimsCorpus, says_that_the_initiator_refuses_the_responder) {
  Film film;
  film.ask(first_auth, claim("alice.example"));
  film.answer(first_auth, {id(false, "bob.example"), auth(psk)});
  film.ask(informational, refused);

  EXPECT_EQ(film.why(),
            "192.0.2.1 does not accept that 192.0.2.2 is bob.example by a pre-shared key");
}

TEST(ClaimsCorpus, knows_a_refusal_by_its_size) {
  auto closed = first_auth;
  closed.sight = Sight::closed;
  auto answer = closed;
  answer.size = 108;
  Film film;
  film.ask(closed).answer(answer);

  EXPECT_EQ(film.why(),
            "192.0.2.2 answered IKE_AUTH by 80 octets: too few for a proof of its own, so it "
            "refuses");
  EXPECT_EQ(film.report().outcome, Outcome::refused);
}

TEST(ClaimsCorpus, takes_a_long_answer_for_no_refusal) {
  auto closed = first_auth;
  closed.sight = Sight::closed;
  Film film;
  film.ask(closed).answer(closed);

  EXPECT_EQ(film.why(), "");
  EXPECT_EQ(film.report().outcome, Outcome::answered);
}

TEST(ClaimsCorpus, says_so_where_the_claim_was_not_seen) {
  auto closed = first_auth;
  closed.sight = Sight::closed;
  Film film;
  film.ask(closed).answer(first_auth, refused);

  EXPECT_EQ(film.why(), "192.0.2.2 does not accept who 192.0.2.1 is");
}

// --- by the configuration of the one who refused -------------------------------------------------

struct Case {
  Payloads said;
  std::string_view sentence;
  std::string_view line;
  Topic topic{};
};

const std::vector<Case> refused_by_us{
    {claim("carol.example"), "they are carol.example, the connection wants alice.example",
     "gw.conf:10", Topic::identity},
    {claim("192.0.2.1"), "they are 192.0.2.1, the connection wants alice.example", "gw.conf:10",
     Topic::identity},
    {claim_towards("alice.example", "carol.example"),
     "they ask for carol.example, we are bob.example", "gw.conf:7", Topic::identity},
    {claim("alice.example", signature),
     "they prove themselves by a digital signature, the connection wants a pre-shared key",
     "gw.conf:9", Topic::authentication},
    {claim("alice.example"),
     "the identities fit and there is a pre-shared key for them: so those of bob.example and "
     "alice.example differ",
     "gw.conf:9", Topic::secret},
};

TEST(ClaimsCorpus, compares_with_the_configuration_of_who_refused) {
  for (const auto& one : refused_by_us) {
    auto film = with_claim(one.said);
    film.know(bobs(), secret_for_all());

    const auto finding = film.report().findings.front();
    EXPECT_EQ(finding.why, one.sentence);
    EXPECT_EQ(finding.line.to_string(), one.line);
    EXPECT_EQ(finding.topic, one.topic) << one.sentence;
  }
}

TEST(ClaimsCorpus, says_which_secret_to_compare) {
  auto film = with_claim(claim("alice.example"));
  film.know(bobs(), secret_for_all());

  EXPECT_EQ(film.report().findings.front().hint,
            "compare secrets.ike-site with the peer's, to the last character");
}

TEST(ClaimsCorpus, says_that_there_is_no_secret) {
  auto film = with_claim(claim("alice.example"));
  film.know(bobs(), std::make_shared<policy::Credentials>());

  EXPECT_EQ(film.why(), "no pre-shared key for bob.example and alice.example");
}

TEST(ClaimsCorpus, says_what_we_said_where_only_the_peer_knows_why) {
  auto film = with_claim(claim("alice.example"));
  film.know(alices(), secret_for_all());

  EXPECT_EQ(film.why(), "the peer does not accept that we are alice.example by a pre-shared key");
  EXPECT_TRUE(
      film.report().findings.front().hint.starts_with("most often the pre-shared keys differ"));
  EXPECT_EQ(film.report().findings.front().line.to_string(), "gw.conf:7");
}

TEST(ClaimsCorpus, compares_the_responder_with_our_configuration) {
  Film film;
  film.know(alices(), secret_for_all()).ask(first_auth, claim("alice.example"));
  film.answer(first_auth, {id(false, "carol.example"), auth(psk)}).ask(informational, refused);

  EXPECT_EQ(film.why(), "they are carol.example, the connection wants bob.example");
}

// --- certificates --------------------------------------------------------------------------------

auto root() -> TestCa& {
  static TestCa ca({.subject = "C=CH, O=Esplanade, CN=root"});
  return ca;
}

auto with_certificate(core::WallTime at, const core::Bytes& der) -> Film {
  auto said = claim("alice.example", signature);
  said.emplace_back(
      wire::CertPayload{.encoding = iana::CertificateEncoding::x509_signature, .data = der});
  Film film;
  film.at(at).ask(first_auth, said).answer(first_auth, refused);
  return film;
}

auto alices_certificate() -> core::Bytes {
  return root()
      .issue({.subject = "C=CH, O=Esplanade, CN=alice",
              .not_before = core::WallTime{test_now.since_epoch - days{2}},
              .not_after = core::WallTime{test_now.since_epoch + days{2}},
              .names = "DNS:alice.example"})
      .der;
}

auto by_certificate() -> std::shared_ptr<policy::Connection> {
  auto connection = bobs();
  connection->remote.kind = policy::AuthKind::public_key;
  return connection;
}

TEST(ClaimsCorpus, compares_dates_with_the_time_of_the_capture) {
  const auto der = alices_certificate();
  const auto late = with_certificate({test_now.since_epoch + days{3}}, der);
  EXPECT_NE(late.why().find("the certificate C=CH, O=Esplanade, CN=alice of 192.0.2.1 was valid "
                            "until 2026-06-03 00:00:00 UTC; it was captured at 2026-06-04 "
                            "00:00:00 UTC"),
            std::string::npos)
      << late.why();

  const auto early = with_certificate({test_now.since_epoch - days{3}}, der);
  EXPECT_NE(early.why().find("is valid from 2026-05-30 00:00:00 UTC; it was captured at 2026-05-29 "
                             "00:00:00 UTC"),
            std::string::npos)
      << early.why();
}

auto judged(core::WallTime at, std::vector<crypto::CertificatePtr> anchors) -> Finding {
  auto credentials = std::make_shared<policy::Credentials>();
  credentials->anchors = std::move(anchors);
  auto film = with_certificate(at, alices_certificate());
  film.know(by_certificate(), credentials);
  return film.report().findings.front();
}

TEST(ClaimsCorpus, checks_the_chain_by_our_authorities) {
  const auto stranger = judged(test_now, {});
  EXPECT_EQ(stranger.why,
            "the certificate C=CH, O=Esplanade, CN=alice was issued by no authority we trust "
            "(issued by \"C=CH, O=Esplanade, CN=root\", which is neither trusted nor known)");
  EXPECT_EQ(stranger.topic, Topic::certificate);
  EXPECT_EQ(stranger.line.to_string(), "gw.conf:9");

  const auto expired = judged({test_now.since_epoch + days{3}}, {root().parsed()});
  EXPECT_EQ(expired.why,
            "the certificate C=CH, O=Esplanade, CN=alice has expired (was valid until 2026-06-03 "
            "00:00:00 UTC, it is now 2026-06-04 00:00:00 UTC)");
}

TEST(ClaimsCorpus, is_left_with_the_signature_where_all_else_fits) {
  const auto finding = judged(test_now, {root().parsed()});

  EXPECT_EQ(finding.why,
            "alice.example was refused, but identity, certificate and authority fit: what is left "
            "is the signature");
}

TEST(ClaimsCorpus, survives_a_certificate_that_is_none) {
  const auto film = with_certificate(test_now, core::Bytes(40));

  EXPECT_EQ(film.why(),
            "192.0.2.2 does not accept that 192.0.2.1 is alice.example by a digital signature");
}

}  // namespace
}  // namespace esplanade::ike::explain
