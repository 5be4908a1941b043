// What an operator reads when the other end does not prove who it is: identities, secrets, keys,
// certificates, clocks.
#include "ike/auth/auth_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::auth {
namespace {

using namespace test;
using iana::AuthMethod;
using std::chrono::days;

// --- identities ---------------------------------------------------------------------------------

auto with_identity(std::string_view theirs, std::string_view wanted) -> std::string {
  auto scene = Scene::with_secret("secret", "secret");
  scene.ours = id(theirs);
  scene.remote.id = id(wanted);
  return scene.outcome();
}

TEST(AuthCorpus, names_both_identities) {
  EXPECT_EQ(with_identity("moon.example.org", "sun.example.org"),
            "they are moon.example.org, the connection wants sun.example.org");
  EXPECT_EQ(with_identity("192.0.2.1", "192.0.2.2"),
            "they are 192.0.2.1, the connection wants 192.0.2.2");
  EXPECT_EQ(with_identity("192.0.2.1", "moon.example.org"),
            "they are 192.0.2.1, the connection wants moon.example.org");
  EXPECT_EQ(with_identity("carol@example.com", "*@example.org"),
            "they are carol@example.com, the connection wants *@example.org");
  EXPECT_EQ(with_identity("moon.example.com", "*.example.org"),
            "they are moon.example.com, the connection wants *.example.org");
  EXPECT_EQ(with_identity("C=CH, O=Esplanade, CN=moon", "C=CH, O=Esplanade, CN=sun"),
            "they are C=CH, O=Esplanade, CN=moon, the connection wants C=CH, O=Esplanade, CN=sun");
  EXPECT_EQ(with_identity("C=DE, O=Esplanade, CN=moon", "C=CH, O=Esplanade, CN=*"),
            "they are C=DE, O=Esplanade, CN=moon, the connection wants C=CH, O=Esplanade, CN=*");
}

TEST(AuthCorpus, points_at_the_line_of_the_identity_and_says_what_to_write) {
  auto scene = Scene::with_secret("secret", "secret");
  scene.remote.id = id("sun.example.org");

  const auto failure = scene.check().error();

  EXPECT_EQ(failure.line.line, 21U);
  EXPECT_EQ(failure.hint, "set remote.id = moon.example.org, or change the peer's local.id");
}

// --- secrets ------------------------------------------------------------------------------------

TEST(AuthCorpus, says_that_the_secrets_differ) {
  constexpr std::string_view differ =
      "the pre-shared keys of sun.example.org and moon.example.org differ";

  EXPECT_EQ(Scene::with_secret("secret", "Secret").outcome(), differ);
  EXPECT_EQ(Scene::with_secret("secret", "secret ").outcome(), differ);
  EXPECT_EQ(Scene::with_secret("secret\n", "secret").outcome(), differ);
  EXPECT_EQ(Scene::with_secret("", "secret").outcome(), differ);
  EXPECT_EQ(Scene::with_secret("a", "b").check().error().hint,
            "compare secrets.ike-moon with the peer's, to the last character");
}

TEST(AuthCorpus, says_that_no_secret_is_for_these_two) {
  auto scene = Scene::with_secret("secret", "secret");
  scene.checker.credentials.secrets.front().owners = {id("venus.example.org")};

  EXPECT_EQ(scene.outcome(), "no pre-shared key for sun.example.org and moon.example.org");
  EXPECT_EQ(scene.check().error().hint,
            "add a section ike-NAME with id = moon.example.org to secrets");
}

// --- kinds of proof -----------------------------------------------------------------------------

auto with_method(AuthMethod method, policy::AuthKind wanted) -> std::string {
  auto scene = Scene::with_secret("secret", "secret");
  scene.remote.kind = wanted;
  auto proof = scene.proof().value();
  proof.auth.method = method;
  return scene.check(proof).error().why;
}

TEST(AuthCorpus, names_the_kind_of_proof) {
  using enum AuthMethod;
  using policy::AuthKind;
  EXPECT_EQ(with_method(shared_key_message_integrity_code, AuthKind::public_key),
            "they prove themselves by a pre-shared key, the connection wants a certificate or "
            "public key");
  EXPECT_EQ(with_method(digital_signature, AuthKind::psk),
            "they prove themselves by a digital signature, the connection wants a pre-shared key");
  EXPECT_EQ(with_method(rsa_digital_signature, AuthKind::psk),
            "they prove themselves by an RSA signature, the connection wants a pre-shared key");
  EXPECT_EQ(with_method(ecdsa_sha384_p384, AuthKind::psk),
            "they prove themselves by an ECDSA signature, the connection wants a pre-shared key");
  EXPECT_EQ(with_method(null, AuthKind::public_key),
            "they prove themselves by nothing at all (NULL), the connection wants a certificate or "
            "public key");
  EXPECT_EQ(with_method(AuthMethod{77}, AuthKind::psk),
            "they prove themselves by authentication method 77, the connection wants a pre-shared "
            "key");
}

TEST(AuthCorpus, names_the_scheme) {
  auto scene = Scene::with_certificate(moon(KeyType::rsa));
  scene.remote.schemes = {{SignatureKind::ecdsa, HashId::sha2_384},
                          {SignatureKind::rsa_pkcs1, HashId::sha2_256}};
  EXPECT_EQ(scene.outcome(),
            "they sign by RSA-PSS with SHA2-512, the connection wants ECDSA with SHA2-384 or RSA "
            "with SHA2-256");

  scene.remote.schemes.clear();
  scene.hints.hashes.clear();
  scene.connection.local.schemes = {{SignatureKind::rsa_pkcs1, HashId::sha1}};
  EXPECT_EQ(scene.outcome(), "they sign by RSA with SHA1, which we do not take");
}

// --- certificates -------------------------------------------------------------------------------

constexpr std::string_view the_moon = "C=CH, O=Esplanade, CN=moon";

auto about_moon(std::string_view rest) -> std::string {
  return "the certificate " + std::string(the_moon) + " " + std::string(rest);
}

auto with_leaf(const TestSubject& subject) -> std::string {
  return Scene::with_certificate(root().issue(subject)).outcome();
}

TEST(AuthCorpus, says_that_a_certificate_is_missing_or_unreadable) {
  auto scene = Scene::with_certificate(moon());
  auto proof = scene.proof().value();
  proof.certificates.front().data.resize(100);
  EXPECT_EQ(scene.check(proof).error().why, "their certificate cannot be read");

  proof.certificates.clear();
  EXPECT_EQ(scene.check(proof).error().why,
            "they sent no certificate, and we hold none for moon.example.org");
}

TEST(AuthCorpus, names_the_authority_nobody_trusts) {
  TestCa stranger({.subject = "C=XX, CN=stranger"});
  const auto scene = Scene::with_certificate(stranger.issue(moon_subject()));
  EXPECT_EQ(scene.outcome(),
            about_moon("was issued by no authority we trust (issued by \"C=XX, CN=stranger\", "
                       "which is neither trusted nor known)"));

  auto nobody = Scene::with_certificate(moon());
  nobody.checker.credentials.anchors.clear();
  EXPECT_EQ(nobody.outcome(),
            about_moon("was issued by no authority we trust (issued by \"C=CH, O=Esplanade, "
                       "CN=root\", which is neither trusted nor known)"));
}

TEST(AuthCorpus, names_what_is_between_and_was_not_sent) {
  auto middle = root().issue_ca({.subject = "C=CH, CN=middle"});
  const auto scene = Scene::with_certificate(middle.issue(moon_subject()));

  EXPECT_EQ(scene.outcome(),
            about_moon("was issued by no authority we trust (issued by \"C=CH, CN=middle\", which "
                       "is neither trusted nor known)"));
}

TEST(AuthCorpus, shows_dates_and_the_clock) {
  auto subject = moon_subject();
  subject.not_before = core::WallTime{test_now.since_epoch - days{2}};
  subject.not_after = core::WallTime{test_now.since_epoch + days{2}};
  auto scene = Scene::with_certificate(root().issue(subject));
  scene.now = core::WallTime{test_now.since_epoch + days{3}};
  EXPECT_EQ(scene.outcome(), about_moon("has expired (was valid until 2026-06-03 00:00:00 UTC, it "
                                        "is now 2026-06-04 00:00:00 UTC)"));

  scene.now = core::WallTime{test_now.since_epoch - days{3}};
  EXPECT_EQ(scene.outcome(), about_moon("is not yet valid (valid from 2026-05-30 00:00:00 UTC, it "
                                        "is now 2026-05-29 00:00:00 UTC)"));
}

TEST(AuthCorpus, says_which_certificate_of_the_chain_has_expired) {
  auto scene = Scene::with_certificate(moon());
  scene.now = core::WallTime{test_now.since_epoch + days{31}};

  EXPECT_EQ(scene.outcome(),
            "the certificate C=CH, O=Esplanade, CN=root has expired (was valid until 2026-07-01 "
            "00:00:00 UTC, it is now 2026-07-02 00:00:00 UTC)");
}

TEST(AuthCorpus, takes_a_clock_that_has_not_been_set_for_what_it_is) {
  auto scene = Scene::with_certificate(moon());
  scene.now = core::WallTime{};

  EXPECT_EQ(scene.check().error().hint,
            "compare the clocks of both ends, then the certificate's dates");
}

TEST(AuthCorpus, shows_dates_of_a_certificate_the_connection_names) {
  auto scene = Scene::with_certificate(moon());
  scene.remote.certificates = {moon().parsed()};
  scene.now = core::WallTime{test_now.since_epoch - days{31}};

  EXPECT_EQ(scene.outcome(), about_moon("is not yet valid (valid from 2026-05-02 00:00:00 UTC, it "
                                        "is now 2026-05-01 00:00:00 UTC)"));
}

TEST(AuthCorpus, names_what_a_certificate_may_not_do) {
  auto unfit = moon_subject();
  unfit.key_usage = "critical,keyEncipherment";
  EXPECT_EQ(with_leaf(unfit),
            about_moon("may not be used for signatures (keyUsage has neither digitalSignature nor "
                       "nonRepudiation)"));

  auto strange = moon_subject();
  strange.has_unknown_critical_extension = true;
  EXPECT_EQ(with_leaf(strange), about_moon("has a critical extension we do not know (unhandled "
                                           "critical extension)"));

  auto weak = moon_subject(KeyType::rsa);
  weak.rsa_bits = 1024;
  EXPECT_EQ(with_leaf(weak), about_moon("has a key or signature that is too weak (1024 bits)"));
}

TEST(AuthCorpus, names_the_identity_a_certificate_does_not_bear) {
  auto scene = Scene::with_certificate(moon());
  const auto outcome = [&](std::string_view identity) {
    scene.ours = id(identity);
    return scene.outcome();
  };
  const auto lacks = [](std::string_view identity) {
    return "their certificate " + std::string(the_moon) + " does not name " + std::string(identity);
  };

  EXPECT_EQ(outcome("sun.example.org"), lacks("sun.example.org"));
  EXPECT_EQ(outcome("moon"), lacks("moon"));
  EXPECT_EQ(outcome("192.0.2.99"), lacks("192.0.2.99"));
  EXPECT_EQ(outcome("sun@example.org"), lacks("sun@example.org"));
  EXPECT_EQ(outcome("C=CH, O=Esplanade, CN=sun"), lacks("C=CH, O=Esplanade, CN=sun"));
}

TEST(AuthCorpus, names_the_certificate_the_connection_does_not_want) {
  auto scene = Scene::with_certificate(moon());
  scene.remote.certificates = {root().parsed()};

  EXPECT_EQ(scene.outcome(),
            "they use " + std::string(the_moon) + ", which the connection does not name");
}

TEST(AuthCorpus, says_that_key_and_certificate_do_not_belong_together) {
  auto scene = Scene::with_certificate(moon());
  auto proof = scene.proof().value();
  proof.certificates.front().data = root().issue(moon_subject()).der;

  EXPECT_EQ(scene.check(proof).error().why,
            "their signature was not made with the key of " + std::string(the_moon));
}

TEST(AuthCorpus, says_that_a_certificate_was_revoked_or_may_have_been) {
  const auto leaf = root().issue(moon_subject());
  auto scene = Scene::with_certificate(leaf);
  scene.remote.revocation = crypto::RevocationPolicy::strict;
  EXPECT_EQ(scene.outcome(),
            about_moon("may have been revoked: no list or answer about it could be had (no CRL or "
                       "OCSP response of \"C=CH, O=Esplanade, CN=root\")"));

  scene.crls = {crypto::parse_crl(root().crl({leaf.serial})).value()};
  EXPECT_EQ(scene.outcome(), about_moon("has been revoked (by \"C=CH, O=Esplanade, CN=root\")"));

  scene.now = core::WallTime{test_now.since_epoch + days{2}};
  scene.crls = {crypto::parse_crl(root().crl({})).value()};
  EXPECT_EQ(scene.outcome(),
            about_moon("may have been revoked: the list about it is out of date (what \"C=CH, "
                       "O=Esplanade, CN=root\" said is beyond its next update)"));
}

}  // namespace
}  // namespace esplanade::ike::auth
