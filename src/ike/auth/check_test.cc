#include "ike/auth/check.h"

#include "ike/auth/auth_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::auth {
namespace {

using iana::AuthMethod;
using iana::CertificateEncoding;
using namespace test;

constexpr auto all_keys = std::to_array({KeyType::rsa, KeyType::ecdsa_p256, KeyType::ecdsa_p384,
                                         KeyType::ecdsa_p521, KeyType::ed25519, KeyType::ed448});

auto failed_check(const Scene& scene) -> std::optional<AuthCheck> {
  const auto checked = scene.check();
  if (checked) return std::nullopt;
  return checked.error().check;
}

TEST(Check, believes_signatures_of_every_kind_of_key) {
  for (const auto key : all_keys) {
    const auto scene = Scene::with_certificate(moon(key));
    const auto checked = scene.check();
    ASSERT_TRUE(checked.has_value()) << checked.error().why;
    EXPECT_EQ(checked->certificate->subject_text(), moon(key).parsed()->subject_text());
    EXPECT_EQ(checked->valid_until, moon(key).parsed()->not_after());
  }
}

TEST(Check, believes_old_methods) {
  for (const auto key : all_keys) {
    auto scene = Scene::with_certificate(moon(key));
    scene.hints.hashes = {};
    const auto proof = scene.proof();
    if (!proof) continue;  // EdDSA has none
    EXPECT_TRUE(scene.check(*proof).has_value());
  }
}

TEST(Check, refuses_a_signature_over_other_octets) {
  auto other = octets;
  other.back() ^= std::byte{1};
  for (const auto key : all_keys) {
    const auto scene = Scene::with_certificate(moon(key));
    const auto checked = scene.check(scene.proof().value(), other);
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().check, AuthCheck::bad_signature);
  }
}

TEST(Check, refuses_every_flipped_bit_of_auth) {
  const auto scene = Scene::with_certificate(moon(KeyType::ed25519));
  auto proof = scene.proof().value();
  for (std::size_t bit = 0; bit < proof.auth.data.size() * 8; ++bit) {
    proof.auth.data[bit / 8] ^= std::byte{1} << bit % 8;
    EXPECT_FALSE(scene.check(proof).has_value()) << bit;
    proof.auth.data[bit / 8] ^= std::byte{1} << bit % 8;
  }
}

TEST(Check, refuses_every_shorter_auth) {
  for (const auto key : {KeyType::ecdsa_p256, KeyType::ed25519}) {
    const auto scene = Scene::with_certificate(moon(key));
    const auto whole = scene.proof().value();
    for (std::size_t size = 0; size < whole.auth.data.size(); ++size) {
      auto proof = whole;
      proof.auth.data.resize(size);
      EXPECT_FALSE(scene.check(proof).has_value()) << size;
    }
  }
}

TEST(Check, believes_a_secret_both_have) {
  auto scene = Scene::with_secret("secret", "secret");
  EXPECT_EQ(scene.outcome(), "pre-shared key");

  auto proof = scene.proof().value();
  proof.auth.data.pop_back();
  EXPECT_EQ(scene.check(proof).error().check, AuthCheck::psk_mismatch);
  proof.auth.data.clear();
  EXPECT_EQ(scene.check(proof).error().check, AuthCheck::psk_mismatch);
}

TEST(Check, does_not_take_a_secret_where_a_key_is_wanted_or_the_reverse) {
  auto secret = Scene::with_secret("secret", "secret");
  secret.remote.kind = policy::AuthKind::public_key;
  EXPECT_EQ(failed_check(secret), AuthCheck::method);

  auto key = Scene::with_certificate(moon());
  key.remote.kind = policy::AuthKind::psk;
  key.checker.add_secret("ike", {}, "secret");
  EXPECT_EQ(failed_check(key), AuthCheck::method);

  auto proof = Scene::with_certificate(moon()).proof().value();
  for (const auto method : {AuthMethod::null, AuthMethod::dss_digital_signature,
                            AuthMethod::generic_secure_password, AuthMethod{200}}) {
    proof.auth.method = method;
    EXPECT_EQ(Scene::with_certificate(moon()).check(proof).error().check, AuthCheck::method);
  }
}

TEST(Check, does_not_take_one_kind_of_signature_for_another) {
  const auto scene = Scene::with_certificate(moon(KeyType::ecdsa_p256));
  auto proof = scene.proof().value();
  for (const auto method : {AuthMethod::rsa_digital_signature, AuthMethod::ecdsa_sha256_p256,
                            AuthMethod::ecdsa_sha384_p384}) {
    proof.auth.method = method;
    EXPECT_FALSE(scene.check(proof).has_value());
  }
}

TEST(Check, wants_an_authority_the_connection_names) {
  TestCa other({.subject = "C=CH, CN=other"});
  auto scene = Scene::with_certificate(moon());
  scene.checker.credentials.anchors.push_back(other.parsed());
  scene.remote.authorities = {other.parsed()};

  const auto checked = scene.check();
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().chain, crypto::ChainCheck::no_anchor);
}

TEST(Check, takes_no_certificate_but_the_one_the_connection_names) {
  auto scene = Scene::with_certificate(moon());
  scene.remote.certificates = {moon().parsed()};
  EXPECT_TRUE(scene.check().has_value());

  scene.remote.certificates = {root().issue(moon_subject()).parsed()};
  EXPECT_EQ(failed_check(scene), AuthCheck::not_pinned);
}

TEST(Check, needs_no_authority_for_a_certificate_the_connection_names) {
  auto scene = Scene::with_certificate(moon());
  scene.checker.credentials.anchors.clear();
  scene.remote.certificates = {moon().parsed()};
  EXPECT_TRUE(scene.check().has_value());

  scene.now = core::WallTime{test_now.since_epoch + std::chrono::days{31}};
  EXPECT_EQ(scene.check().error().chain, crypto::ChainCheck::expired);
}

TEST(Check, finds_a_certificate_it_holds_where_none_is_sent) {
  auto scene = Scene::with_certificate(moon());
  scene.connection.send_certificate = policy::SendCertificate::never;
  EXPECT_EQ(failed_check(scene), AuthCheck::certificate_missing);

  scene.checker.credentials.certificates = {moon(KeyType::rsa).parsed(), moon().parsed()};
  EXPECT_TRUE(scene.check().has_value());

  scene.checker.credentials.certificates = {moon(KeyType::rsa).parsed()};
  EXPECT_FALSE(scene.check().has_value());
}

auto scene_with_raw_key() -> Scene {
  auto scene = Scene::with_certificate(moon(KeyType::ed25519));
  scene.connection.local.certificates.clear();
  const auto spki = moon(KeyType::ed25519).key()->public_key().spki();
  scene.connection.local.public_keys = {crypto::parse_public_key(spki).value()};
  return scene;
}

TEST(Check, believes_a_raw_key_only_if_the_connection_names_it) {
  auto scene = scene_with_raw_key();
  ASSERT_EQ(scene.proof()->certificates.front().encoding, CertificateEncoding::raw_public_key);
  EXPECT_EQ(failed_check(scene), AuthCheck::not_pinned);

  scene.remote.public_keys = scene.connection.local.public_keys;
  EXPECT_TRUE(scene.check().has_value());

  scene.hints.asked_for_certificates = false;
  EXPECT_TRUE(scene.check().has_value()) << "not sent, but known";
}

TEST(Check, does_not_believe_another_key_than_the_one_it_names) {
  auto scene = scene_with_raw_key();
  const auto spki = moon().key()->public_key().spki();
  scene.remote.public_keys = {crypto::parse_public_key(spki).value()};

  EXPECT_EQ(failed_check(scene), AuthCheck::not_pinned);
}

TEST(Check, uses_the_first_certificate_and_no_other_for_the_signature) {
  const auto scene = Scene::with_certificate(moon());
  auto proof = scene.proof().value();
  proof.certificates.insert(
      proof.certificates.begin(),
      {.encoding = CertificateEncoding::x509_signature, .data = moon(KeyType::rsa).der});

  EXPECT_FALSE(scene.check(proof).has_value());
}

TEST(Check, takes_sha1_only_where_the_connection_says_so) {
  const SignatureScheme sha1{SignatureKind::rsa_pkcs1, HashId::sha1};
  auto scene = Scene::with_certificate(moon(KeyType::rsa));
  scene.hints.hashes = {};
  scene.connection.local.schemes = {sha1};
  EXPECT_EQ(failed_check(scene), AuthCheck::scheme);

  scene.remote.schemes = {sha1};
  EXPECT_TRUE(scene.check().has_value());
}

TEST(Check, takes_no_scheme_the_connection_does_not_name) {
  auto scene = Scene::with_certificate(moon(KeyType::rsa));
  scene.remote.schemes = {{SignatureKind::rsa_pkcs1, HashId::sha2_256}};

  EXPECT_EQ(failed_check(scene), AuthCheck::scheme);
}

// --- identities ---------------------------------------------------------------------------------

TEST(IsNamedIn, finds_alternative_names_of_the_same_kind) {
  const auto certificate = moon().parsed();

  EXPECT_TRUE(is_named_in(id("moon.example.org"), *certificate));
  EXPECT_TRUE(is_named_in(id("MOON.Example.ORG"), *certificate));
  EXPECT_TRUE(is_named_in(id("moon@example.org"), *certificate));
  EXPECT_TRUE(is_named_in(id("192.0.2.1"), *certificate));
  EXPECT_FALSE(is_named_in(id("sun.example.org"), *certificate));
  EXPECT_FALSE(is_named_in(id("oon.example.org"), *certificate));
  EXPECT_FALSE(is_named_in(id("192.0.2.2"), *certificate));
  EXPECT_FALSE(is_named_in(id("moon"), *certificate)) << "the CN is no FQDN (RFC 4945, 3.1.5)";
}

TEST(IsNamedIn, takes_the_whole_subject_and_no_pattern) {
  const auto certificate = moon().parsed();

  EXPECT_TRUE(is_named_in(id("C=CH, O=Esplanade, CN=moon"), *certificate));
  EXPECT_FALSE(is_named_in(id("C=CH, O=Esplanade, CN=*"), *certificate));
  EXPECT_FALSE(is_named_in(id("C=CH, CN=moon"), *certificate));
  const auto star = root().issue({.subject = "C=CH, O=Esplanade, CN=*", .names = "DNS:*.example"});
  EXPECT_FALSE(is_named_in(id("C=CH, O=Esplanade, CN=moon"), *star.parsed()));
  EXPECT_FALSE(is_named_in(id("moon.example"), *star.parsed()));
}

TEST(Check, takes_a_key_id_only_for_a_certificate_the_connection_names) {
  auto scene = Scene::with_certificate(moon());
  scene.ours = id("keyid:moon");
  EXPECT_EQ(failed_check(scene), AuthCheck::id_not_in_certificate);

  scene.remote.certificates = {moon().parsed()};
  EXPECT_TRUE(scene.check().has_value());
}

TEST(Check, wants_the_identity_of_the_connection_even_with_a_good_certificate) {
  auto scene = Scene::with_certificate(moon());
  scene.remote.id = id("sun.example.org");
  EXPECT_EQ(failed_check(scene), AuthCheck::identity);

  scene.remote.id = id("*.example.org");
  EXPECT_TRUE(scene.check().has_value());
}

// --- revocation ---------------------------------------------------------------------------------

auto scene_with_urls() -> Scene {
  auto subject = moon_subject();
  subject.crl_url = "http://crl.example/root.crl";
  subject.ocsp_url = "http://ocsp.example/";
  return Scene::with_certificate(root().issue(subject));
}

TEST(Check, tells_where_to_ask_about_revocation) {
  const auto scene = scene_with_urls();

  const auto checked = scene.check().value();

  EXPECT_EQ(checked.fetch.crl_urls, (std::vector<std::string>{"http://crl.example/root.crl"}));
  EXPECT_EQ(checked.fetch.ocsp_urls, (std::vector<std::string>{"http://ocsp.example/"}));
  ASSERT_NE(checked.fetch.issuer, nullptr);
  EXPECT_TRUE(crypto::ocsp_request(*checked.certificate, *checked.fetch.issuer).has_value());
}

TEST(Check, believes_nobody_before_it_has_asked_where_the_policy_is_strict) {
  auto scene = scene_with_urls();
  scene.remote.revocation = crypto::RevocationPolicy::strict;
  const auto refused = scene.check();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().chain, crypto::ChainCheck::revocation_unknown);
  EXPECT_FALSE(refused.error().fetch.empty());
  EXPECT_NE(refused.error().fetch.issuer, nullptr);

  scene.crls = {crypto::parse_crl(root().crl({})).value()};
  const auto checked = scene.check();
  ASSERT_TRUE(checked.has_value()) << checked.error().why;
  EXPECT_TRUE(checked->fetch.crl_urls.empty());
}

TEST(Check, refuses_the_revoked_even_where_the_policy_is_relaxed) {
  auto subject = moon_subject();
  const auto leaf = root().issue(subject);
  auto scene = Scene::with_certificate(leaf);
  scene.checker.credentials.crls = {crypto::parse_crl(root().crl({leaf.serial})).value()};

  const auto refused = scene.check();

  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().chain, crypto::ChainCheck::revoked);
  EXPECT_TRUE(refused.error().fetch.empty());
}

TEST(Check, takes_ocsp_responses) {
  auto subject = moon_subject();
  subject.ocsp_url = "http://ocsp.example/";
  const auto leaf = root().issue(subject);
  auto scene = Scene::with_certificate(leaf);
  scene.remote.revocation = crypto::RevocationPolicy::strict;

  scene.ocsp = {root().ocsp(leaf, crypto::openssl::TestStatus::good)};
  EXPECT_TRUE(scene.check().has_value());

  scene.ocsp = {root().ocsp(leaf, crypto::openssl::TestStatus::revoked)};
  EXPECT_EQ(scene.check().error().chain, crypto::ChainCheck::revoked);
}

}  // namespace
}  // namespace esplanade::ike::auth
