// Two ends that prove themselves to each other: moon proves, sun checks.
#pragma once

#include "crypto/openssl/provider.h"
#include "crypto/openssl/test_pki.h"
#include "ike/auth/check.h"
#include "ike/auth/prove.h"

#include <map>

namespace esplanade::ike::auth::test {

using crypto::KeyType;
using crypto::SignatureKind;
using crypto::SignatureScheme;
using crypto::openssl::test_now;
using crypto::openssl::TestCa;
using crypto::openssl::TestCertificate;
using crypto::openssl::TestSubject;
using iana::HashId;

inline const std::vector<HashId> all_hashes{HashId::sha2_256, HashId::sha2_384, HashId::sha2_512,
                                            HashId::identity};
inline const auto octets = core::from_hex("00112233445566778899aabbccddeeff").value();

[[nodiscard]] inline auto id(std::string_view text) -> policy::Identity {
  return policy::Identity::parse(text).value();
}

[[nodiscard]] inline auto moon_subject(KeyType key = KeyType::ecdsa_p256) -> TestSubject {
  return {.subject = "C=CH, O=Esplanade, CN=moon",
          .key = key,
          .names = "DNS:moon.example.org,email:moon@example.org,IP:192.0.2.1"};
}

/// Made once: keys take their time.
[[nodiscard]] inline auto root() -> TestCa& {
  static TestCa ca({.subject = "C=CH, O=Esplanade, CN=root"});
  return ca;
}
[[nodiscard]] inline auto moon(KeyType key = KeyType::ecdsa_p256) -> const TestCertificate& {
  static std::map<KeyType, TestCertificate> made;
  const auto it = made.find(key);
  if (it != made.end()) return it->second;
  return made.emplace(key, root().issue(moon_subject(key))).first->second;
}

struct End {
  policy::Credentials credentials;

  void add_secret(std::string name, std::vector<policy::Identity> owners, std::string_view text) {
    credentials.secrets.push_back({.name = std::move(name),
                                   .owners = std::move(owners),
                                   .secret = policy::PskSecret(core::as_view(text))});
  }
  void add_key(const TestCertificate& of) {
    credentials.keys.push_back({.name = "moon.pem", .key = of.key()});
  }
};

/// Changed by a test, then asked for proof() and check().
struct Scene {
  End prover, checker;
  policy::Connection connection;
  policy::Authentication remote{.line = {"site.conf", 20}, .id_line = {"site.conf", 21}};
  PeerHints hints{.hashes = all_hashes, .authorities = {}, .asked_for_certificates = true};
  policy::Identity ours = id("moon.example.org");
  policy::Identity theirs = id("sun.example.org");
  core::WallTime now = test_now;
  std::vector<core::Bytes> ocsp;
  std::vector<crypto::CrlPtr> crls;

  static auto with_secret(std::string_view moons, std::string_view suns) -> Scene {
    Scene scene;
    scene.connection.local.kind = policy::AuthKind::psk;
    scene.remote.kind = policy::AuthKind::psk;
    scene.prover.add_secret("ike-sun", {}, moons);
    scene.checker.add_secret("ike-moon", {}, suns);
    return scene;
  }
  static auto with_certificate(const TestCertificate& leaf) -> Scene {
    Scene scene;
    scene.connection.local.certificates = {leaf.parsed()};
    scene.prover.add_key(leaf);
    scene.checker.credentials.anchors = {root().parsed()};
    return scene;
  }

  [[nodiscard]] auto proof() const -> std::expected<Proof, ProveFailure> {
    return prove({.local = connection.local,
                  .connection = connection,
                  .credentials = prover.credentials,
                  .ours = ours,
                  .theirs = theirs,
                  .hints = hints},
                 crypto::openssl::provider(), iana::PrfId::prf_hmac_sha2_256, octets);
  }
  [[nodiscard]] auto check(const Proof& proof, core::View signed_octets = octets) const
      -> std::expected<Authenticated, AuthFailure> {
    std::vector<const wire::CertPayload*> certificates;
    for (const auto& one : proof.certificates) certificates.push_back(&one);
    return auth::check({.remote = remote,
                        .credentials = checker.credentials,
                        .ours = theirs,
                        .theirs = ours,
                        .auth = proof.auth,
                        .certificates = std::move(certificates),
                        .ocsp_responses = ocsp,
                        .fetched_crls = crls,
                        .now = now},
                       crypto::openssl::provider(), iana::PrfId::prf_hmac_sha2_256, signed_octets);
  }
  [[nodiscard]] auto check() const -> std::expected<Authenticated, AuthFailure> {
    return check(proof().value());
  }
  /// The sentence of a failure, or how it went well.
  [[nodiscard]] auto outcome() const -> std::string {
    const auto checked = check();
    return checked ? checked->how : checked.error().why;
  }
};

}  // namespace esplanade::ike::auth::test
