#include "ike/auth/prove.h"

#include "ike/auth/auth_test_support.h"
#include "ike/auth/certreq.h"

#include <gtest/gtest.h>
#include <map>

namespace esplanade::ike::auth {
namespace {

using iana::AuthMethod;
using iana::CertificateEncoding;
using namespace test;

auto method_of(const Scene& scene) -> AuthMethod { return scene.proof().value().auth.method; }

// RFC 7427, 3: length, AlgorithmIdentifier, signature.
auto identifier_of(const Proof& proof) -> std::string {
  const auto size = std::to_integer<std::size_t>(proof.auth.data.front());
  return core::to_hex(core::View(proof.auth.data).subspan(1, size));
}

// AlgorithmIdentifiers of RFC 7427, appendix A, and RFC 8420, appendix A.
TEST(Prove, signs_by_the_strongest_scheme_both_know) {
  const std::map<KeyType, std::string> identifiers{
      {KeyType::ecdsa_p256, "300a06082a8648ce3d040302"},
      {KeyType::ecdsa_p384, "300a06082a8648ce3d040303"},
      {KeyType::ecdsa_p521, "300a06082a8648ce3d040304"},
      {KeyType::ed25519, "300506032b6570"},
      {KeyType::ed448, "300506032b6571"},
      {KeyType::rsa,
       "304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a06092a864886f70d01"
       "0108300d06096086480165030402030500a203020140"}};
  for (const auto& [key, identifier] : identifiers) {
    const auto proof = Scene::with_certificate(moon(key)).proof().value();
    EXPECT_EQ(proof.auth.method, AuthMethod::digital_signature);
    EXPECT_EQ(identifier_of(proof), identifier);
  }
}

TEST(Prove, leaves_out_hashes_the_peer_did_not_announce) {
  auto scene = Scene::with_certificate(moon(KeyType::rsa));
  scene.hints.hashes = {HashId::sha1, HashId::sha2_256};

  EXPECT_EQ(scene.outcome(), crypto::to_text({SignatureKind::rsa_pss, HashId::sha2_256}));
}

TEST(Prove, honours_the_schemes_of_the_configuration_in_their_order) {
  auto scene = Scene::with_certificate(moon(KeyType::rsa));
  scene.connection.local.schemes = {{SignatureKind::ecdsa, HashId::sha2_256},
                                    {SignatureKind::rsa_pkcs1, HashId::sha2_384},
                                    {SignatureKind::rsa_pss, HashId::sha2_512}};

  EXPECT_EQ(identifier_of(scene.proof().value()), "300d06092a864886f70d01010c0500");
}

TEST(Prove, falls_back_to_old_methods_for_a_peer_that_announced_nothing) {
  const auto method = [](KeyType key) {
    auto scene = Scene::with_certificate(moon(key));
    scene.hints.hashes = {};
    return method_of(scene);
  };

  EXPECT_EQ(method(KeyType::rsa), AuthMethod::rsa_digital_signature);
  EXPECT_EQ(method(KeyType::ecdsa_p256), AuthMethod::ecdsa_sha256_p256);
  EXPECT_EQ(method(KeyType::ecdsa_p384), AuthMethod::ecdsa_sha384_p384);
  EXPECT_EQ(method(KeyType::ecdsa_p521), AuthMethod::ecdsa_sha512_p521);
}

TEST(Prove, writes_old_ecdsa_signatures_as_two_numbers_of_fixed_size) {
  auto scene = Scene::with_certificate(moon(KeyType::ecdsa_p521));
  scene.hints.hashes = {};

  EXPECT_EQ(scene.proof().value().auth.data.size(), 132U);  // RFC 4754, 7
}

TEST(Prove, uses_sha1_only_for_old_peers_and_only_if_told_to) {
  const SignatureScheme sha1{SignatureKind::rsa_pkcs1, HashId::sha1};
  const SignatureScheme sha256{SignatureKind::rsa_pkcs1, HashId::sha2_256};
  auto scene = Scene::with_certificate(moon(KeyType::rsa));
  scene.hints.hashes = {};
  EXPECT_EQ(scene.outcome(), crypto::to_text(sha256));

  scene.connection.local.schemes = {sha256, sha1};
  scene.remote.schemes = {sha1};
  EXPECT_EQ(scene.outcome(), crypto::to_text(sha1));

  scene.hints.hashes = {HashId::sha1};
  EXPECT_FALSE(scene.proof().has_value());
}

TEST(Prove, says_that_no_scheme_is_left) {
  auto scene = Scene::with_certificate(moon(KeyType::ed25519));
  scene.hints.hashes = {HashId::sha2_256};
  EXPECT_EQ(scene.proof().error().why,
            "the peer announced no hash algorithm that our Ed25519 key can sign with");

  scene.hints.hashes = {};
  EXPECT_EQ(scene.proof().error().why,
            "the peer speaks no method that our Ed25519 key can sign with");
}

TEST(Prove, says_that_a_key_or_certificate_is_missing) {
  auto scene = Scene::with_certificate(moon());
  scene.prover.credentials.keys.clear();
  EXPECT_EQ(scene.proof().error().why,
            "we hold no private key of " + moon().parsed()->subject_text());

  scene.connection.local.certificates.clear();
  EXPECT_EQ(scene.proof().error().why,
            "no certificate of ours bears the identity moon.example.org");
}

TEST(Prove, finds_a_certificate_by_identity_where_none_is_named) {
  auto scene = Scene::with_certificate(moon());
  scene.prover.credentials.certificates = {root().parsed(), moon().parsed()};
  scene.connection.local.certificates.clear();

  const auto proof = scene.proof().value();

  ASSERT_EQ(proof.certificates.size(), 1U);
  EXPECT_EQ(proof.certificates.front().data, moon().der);
}

TEST(Prove, needs_a_secret_for_both_identities) {
  auto scene = Scene::with_secret("secret", "secret");
  scene.prover.credentials.secrets.clear();

  EXPECT_EQ(scene.proof().error().why,
            "no pre-shared key for moon.example.org and sun.example.org");
}

// --- which certificates -------------------------------------------------------------------------

struct Branch {
  TestCa middle = root().issue_ca({.subject = "C=CH, O=Esplanade, CN=middle"});
  TestCa low = middle.issue_ca({.subject = "C=CH, O=Esplanade, CN=low"});
  TestCertificate leaf = low.issue(moon_subject());
};

auto scene_of(const Branch& branch) -> Scene {
  auto scene = Scene::with_certificate(branch.leaf);
  scene.prover.credentials.anchors = {root().parsed(), branch.middle.parsed(), branch.low.parsed()};
  return scene;
}

using Ders = std::vector<core::Bytes>;

auto sent(const Scene& scene) -> Ders {
  Ders ders;
  const auto proof = scene.proof().value();
  for (const auto& one : proof.certificates) {
    EXPECT_EQ(one.encoding, CertificateEncoding::x509_signature);
    ders.push_back(one.data);
  }
  return ders;
}

TEST(Prove, sends_the_leaf_first_and_no_root) {
  const Branch branch;
  const auto scene = scene_of(branch);

  EXPECT_EQ(sent(scene), (Ders{branch.leaf.der, branch.low.der(), branch.middle.der()}));
  EXPECT_TRUE(scene.check().has_value());
}

TEST(Prove, stops_below_an_authority_the_peer_has) {
  const Branch branch;
  auto scene = scene_of(branch);
  scene.remote.authorities = {branch.middle.parsed()};
  scene.hints.authorities = certificate_request(scene.remote, scene.checker.credentials);

  EXPECT_EQ(sent(scene), (Ders{branch.leaf.der, branch.low.der()}));
  EXPECT_TRUE(scene.check().has_value());
}

TEST(Prove, prefers_a_certificate_under_an_authority_the_peer_asked_for) {
  TestCa other({.subject = "C=CH, CN=other"});
  const auto second = other.issue(moon_subject());
  auto scene = Scene::with_certificate(moon());
  scene.connection.local.certificates.push_back(second.parsed());
  scene.prover.add_key(second);
  scene.prover.credentials.anchors = {other.parsed()};
  const auto hash = other.parsed()->key_hash();
  scene.hints.authorities = {hash.begin(), hash.end()};

  EXPECT_EQ(sent(scene), (Ders{second.der}));
}

TEST(Prove, sends_certificates_as_the_connection_says) {
  auto scene = Scene::with_certificate(moon());
  scene.hints.asked_for_certificates = false;
  EXPECT_TRUE(sent(scene).empty());

  scene.connection.send_certificate = policy::SendCertificate::always;
  EXPECT_EQ(sent(scene).size(), 1U);

  scene.connection.send_certificate = policy::SendCertificate::never;
  scene.hints.asked_for_certificates = true;
  EXPECT_TRUE(sent(scene).empty());
}

TEST(CertificateRequest, lists_each_key_once) {
  policy::Authentication remote;
  policy::Credentials credentials;
  EXPECT_TRUE(certificate_request(remote, credentials).empty());

  TestCa other({.subject = "CN=other"});
  credentials.anchors = {root().parsed(), other.parsed(), root().parsed()};
  const auto all = certificate_request(remote, credentials);
  ASSERT_EQ(all.size(), 40U);
  EXPECT_EQ(core::to_hex(core::View(all).first(20)),
            core::to_hex(crypto::sha1(root().parsed()->public_key().spki())));

  remote.authorities = {other.parsed()};
  const auto hash = other.parsed()->key_hash();
  EXPECT_EQ(certificate_request(remote, credentials), core::Bytes(hash.begin(), hash.end()));
}

TEST(OwnIdentity, is_the_configured_one_or_the_subject_or_the_address) {
  const auto address = net::Address::parse("192.0.2.1").value();
  policy::Authentication local;
  EXPECT_EQ(own_identity(local, address), policy::Identity::of(address));

  local.certificates = {moon().parsed()};
  const auto subject = local.certificates.front()->subject();
  EXPECT_EQ(own_identity(local, address),
            policy::Identity(iana::IdType::id_der_asn1_dn, {subject.begin(), subject.end()}));

  local.kind = policy::AuthKind::psk;
  EXPECT_EQ(own_identity(local, address), policy::Identity::of(address));

  local.id = id("moon.example.org");
  EXPECT_EQ(own_identity(local, address), id("moon.example.org"));
}

}  // namespace
}  // namespace esplanade::ike::auth
