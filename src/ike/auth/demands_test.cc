#include "ike/auth/auth_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::auth {
namespace {

using test::moon;
using test::moon_subject;
using test::root;
using test::Scene;
using test::SignatureKind;
using test::TestCa;

auto why(const Scene& scene) -> std::string {
  const auto checked = scene.check();
  return checked ? "none" : checked.error().why;
}

// The root has a key of P-256.
TEST(Demands, want_every_key_of_the_chain_to_be_long_enough) {
  auto scene = Scene::with_certificate(moon(test::KeyType::rsa));
  scene.remote.chain.least_rsa_bits = 2048;
  EXPECT_EQ(why(scene), "none");

  scene.remote.chain.least_rsa_bits = 3072;
  EXPECT_EQ(why(scene),
            "the certificate C=CH, O=Esplanade, CN=moon has a key of 2048 bits, the connection "
            "wants 3072");

  scene.remote.chain = {.least_rsa_bits = 0, .least_ecdsa_bits = 384, .schemes = {}};
  EXPECT_EQ(why(scene),
            "the certificate C=CH, O=Esplanade, CN=root has a key of 256 bits, the connection "
            "wants 384");
}

TEST(Demands, want_issuers_to_sign_as_the_connection_says) {
  auto scene = Scene::with_certificate(moon());
  scene.remote.chain.schemes = {{SignatureKind::ecdsa, test::HashId::sha2_256}};
  EXPECT_EQ(why(scene), "none");

  scene.remote.chain.schemes = {{SignatureKind::ecdsa, test::HashId::sha2_384}};
  EXPECT_EQ(why(scene),
            "the certificate C=CH, O=Esplanade, CN=moon was signed by ECDSA with SHA2-256, which "
            "the connection does not allow");
  EXPECT_EQ(scene.check().error().chain, crypto::ChainCheck::weak_key);
}

TEST(Demands, do_not_mind_how_the_anchor_was_signed) {
  TestCa other({.subject = "C=CH, CN=other", .digest = "SHA512"});
  const auto leaf = other.issue(moon_subject());
  auto scene = Scene::with_certificate(leaf);
  scene.checker.credentials.anchors = {other.parsed()};
  scene.remote.chain.schemes = {{SignatureKind::ecdsa, test::HashId::sha2_256}};

  EXPECT_EQ(why(scene), "none");
}

TEST(Demands, hold_for_a_certificate_that_the_connection_names) {
  auto scene = Scene::with_certificate(moon());
  scene.remote.certificates = {moon().parsed()};
  scene.remote.chain.least_ecdsa_bits = 384;

  EXPECT_EQ(why(scene),
            "the certificate C=CH, O=Esplanade, CN=moon has a key of 256 bits, the connection "
            "wants 384");
}

}  // namespace
}  // namespace esplanade::ike::auth
