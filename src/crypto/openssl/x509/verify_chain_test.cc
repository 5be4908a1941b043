#include "crypto/openssl/test_pki.h"

#include <gtest/gtest.h>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::Duration;
using std::chrono::days;

struct Given {
  TestCa root{{.subject = "C=CH, O=Esplanade, CN=root"}};
  std::vector<CertificatePtr> intermediates;
  std::vector<CertificatePtr> anchors{root.parsed()};
  std::vector<CrlPtr> crls;
  std::vector<Bytes> ocsp;
  RevocationPolicy policy = RevocationPolicy::relaxed;
  core::WallTime now = test_now;

  [[nodiscard]] auto verify(const CertificatePtr& leaf) const {
    return verify_chain({.leaf = leaf,
                         .intermediates = intermediates,
                         .anchors = anchors,
                         .crls = crls,
                         .ocsp_responses = ocsp,
                         .revocation = policy,
                         .now = now});
  }
  /// The check that `leaf` fails, if any.
  [[nodiscard]] auto failed(const CertificatePtr& leaf) const -> std::optional<ChainCheck> {
    const auto chain = verify(leaf);
    return chain ? std::nullopt : std::optional(chain.error().check);
  }
};

const TestSubject moon{.subject = "C=CH, O=Esplanade, CN=moon", .names = "DNS:moon.example"};

TEST(VerifyChain, builds_from_the_leaf_over_intermediates_to_the_anchor) {
  Given given;
  auto middle = given.root.issue_ca({.subject = "C=CH, CN=middle"});
  given.intermediates = {middle.parsed()};

  const auto chain = given.verify(middle.issue(moon).parsed());

  ASSERT_TRUE(chain) << chain.error().detail;
  ASSERT_EQ(chain->certificates.size(), 3U);
  EXPECT_EQ(chain->certificates[0]->subject_text(), "C=CH, O=Esplanade, CN=moon");
  EXPECT_EQ(chain->certificates[1]->subject_text(), "C=CH, CN=middle");
  EXPECT_EQ(chain->certificates[2]->subject_text(), "C=CH, O=Esplanade, CN=root");
}

TEST(VerifyChain, takes_keys_of_every_type) {
  for (const auto type : {KeyType::rsa, KeyType::ecdsa_p256, KeyType::ecdsa_p384,
                          KeyType::ecdsa_p521, KeyType::ed25519, KeyType::ed448}) {
    Given given;
    given.root = TestCa({.subject = "CN=root", .key = type});
    given.anchors = {given.root.parsed()};

    EXPECT_EQ(given.failed(given.root.issue({.key = type}).parsed()), std::nullopt);
  }
}

TEST(VerifyChain, takes_an_intermediate_as_anchor) {
  Given given;
  auto middle = given.root.issue_ca({.subject = "CN=middle"});
  given.anchors = {middle.parsed()};

  EXPECT_EQ(given.failed(middle.issue(moon).parsed()), std::nullopt);
}

TEST(VerifyChain, refuses_a_leaf_of_an_unknown_issuer_and_names_it) {
  const Given given;
  TestCa stranger({.subject = "CN=stranger"});

  const auto chain = given.verify(stranger.issue(moon).parsed());

  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().check, ChainCheck::no_anchor);
  EXPECT_EQ(chain.error().subject, "C=CH, O=Esplanade, CN=moon");
  EXPECT_EQ(chain.error().detail, "issued by \"CN=stranger\", which is neither trusted nor known");
}

TEST(VerifyChain, refuses_an_issuer_of_the_same_name_with_another_key) {
  const Given given;
  TestCa impostor({.subject = "C=CH, O=Esplanade, CN=root"});

  const auto check = given.failed(impostor.issue(moon).parsed());

  EXPECT_TRUE(check == ChainCheck::no_anchor || check == ChainCheck::bad_signature);
}

TEST(VerifyChain, refuses_a_damaged_signature) {
  Given given;
  auto der = given.root.issue(moon).der;
  der.back() ^= std::byte{1};

  EXPECT_EQ(given.failed(parse_certificate(der).value()), ChainCheck::bad_signature);
}

TEST(VerifyChain, judges_by_the_time_it_is_given) {
  Given given;
  const auto leaf = given.root.issue(moon).parsed();

  given.now = {leaf->not_before().since_epoch - Duration{1}};
  EXPECT_EQ(given.failed(leaf), ChainCheck::not_yet_valid);
  given.now = leaf->not_before();
  EXPECT_EQ(given.failed(leaf), std::nullopt);
  given.now = {leaf->not_after().since_epoch + std::chrono::seconds{1}};
  EXPECT_EQ(given.failed(leaf), ChainCheck::expired);
}

TEST(VerifyChain, tells_the_date_of_what_has_expired) {
  Given given;
  given.now = {test_now.since_epoch + days{31}};

  const auto chain = given.verify(given.root.issue(moon).parsed());

  EXPECT_EQ(chain.error().detail, "was valid until 2026-07-01 00:00:00 UTC");
}

TEST(VerifyChain, refuses_issuers_that_are_no_ca) {
  Given given;
  auto not_ca = given.root.issue_ca({.subject = "CN=no ca", .basic_constraints = "CA:FALSE"});
  auto no_sign = given.root.issue_ca({.subject = "CN=no sign", .key_usage = "digitalSignature"});
  given.intermediates = {not_ca.parsed(), no_sign.parsed()};

  EXPECT_EQ(given.failed(not_ca.issue(moon).parsed()), ChainCheck::not_a_ca);
  EXPECT_EQ(given.failed(no_sign.issue(moon).parsed()), ChainCheck::not_a_ca);
}

TEST(VerifyChain, refuses_a_path_longer_than_a_ca_allows) {
  Given given;
  auto upper = given.root.issue_ca(
      {.subject = "CN=upper", .basic_constraints = "critical,CA:TRUE,pathlen:0"});
  auto lower = upper.issue_ca({.subject = "CN=lower"});
  given.intermediates = {upper.parsed(), lower.parsed()};

  EXPECT_EQ(given.failed(upper.issue(moon).parsed()), std::nullopt);
  EXPECT_EQ(given.failed(lower.issue(moon).parsed()), ChainCheck::path_too_long);
}

TEST(VerifyChain, refuses_names_a_ca_is_not_for) {
  Given given;
  auto middle = given.root.issue_ca(
      {.subject = "CN=middle", .name_constraints = "critical,permitted;DNS:example"});
  given.intermediates = {middle.parsed()};

  EXPECT_EQ(given.failed(middle.issue(moon).parsed()), std::nullopt);
  EXPECT_EQ(given.failed(middle.issue({.names = "DNS:moon.test"}).parsed()),
            ChainCheck::name_constraints);
}

TEST(VerifyChain, refuses_a_critical_extension_nobody_knows) {
  Given given;
  const auto leaf = given.root.issue({.has_unknown_critical_extension = true});
  EXPECT_EQ(given.failed(leaf.parsed()), ChainCheck::unknown_critical_extension);
}

// RFC 4945, 5.1.3.2.
TEST(VerifyChain, asks_key_usage_for_signatures) {
  Given given;
  const auto with = [&](const char* usage) {
    return given.failed(given.root.issue({.key_usage = usage}).parsed());
  };

  EXPECT_EQ(with("digitalSignature"), std::nullopt);
  EXPECT_EQ(with("nonRepudiation"), std::nullopt);
  EXPECT_EQ(with(""), std::nullopt);
  EXPECT_EQ(with("keyEncipherment,keyAgreement"), ChainCheck::wrong_key_usage);
}

TEST(VerifyChain, refuses_weak_keys_and_weak_hashes) {
  Given given;
  const auto small = given.root.issue({.key = KeyType::rsa, .rsa_bits = 1024});
  const auto sha1 = given.root.issue({.digest = "SHA1"});

  const auto chain = given.verify(small.parsed());

  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().check, ChainCheck::weak_key);
  EXPECT_EQ(chain.error().detail, "1024 bits");
  EXPECT_EQ(given.failed(sha1.parsed()), ChainCheck::weak_key);
}

TEST(VerifyChain, refuses_what_a_crl_lists) {
  Given given;
  const auto good = given.root.issue(moon);
  const auto bad = given.root.issue(moon);
  given.crls = {parse_crl(given.root.crl({bad.serial})).value()};
  given.policy = RevocationPolicy::strict;

  EXPECT_EQ(given.failed(good.parsed()), std::nullopt);
  EXPECT_EQ(given.failed(bad.parsed()), ChainCheck::revoked);
}

TEST(VerifyChain, refuses_a_leaf_whose_issuer_is_revoked) {
  Given given;
  auto middle = given.root.issue_ca({.subject = "CN=middle"});
  given.intermediates = {middle.parsed()};
  given.crls = {parse_crl(given.root.crl({middle.serial()})).value()};

  const auto chain = given.verify(middle.issue(moon).parsed());

  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().check, ChainCheck::revoked);
  EXPECT_EQ(chain.error().subject, "CN=middle");
}

TEST(VerifyChain, asks_for_revocation_as_the_policy_says) {
  Given given;
  const auto silent = given.root.issue(moon).parsed();
  const auto with_url = given.root.issue({.crl_url = "http://crl.example/a"}).parsed();
  struct Row {
    RevocationPolicy policy;
    std::optional<ChainCheck> without_url, with_url;
  };
  const auto unknown = ChainCheck::revocation_unknown;
  for (const auto& row : {Row{RevocationPolicy::relaxed, std::nullopt, std::nullopt},
                          Row{RevocationPolicy::if_uri, std::nullopt, unknown},
                          Row{RevocationPolicy::strict, unknown, unknown}}) {
    given.policy = row.policy;
    EXPECT_EQ(given.failed(silent), row.without_url);
    EXPECT_EQ(given.failed(with_url), row.with_url);
  }
}

TEST(VerifyChain, names_the_places_to_ask_until_the_answer_is_there) {
  Given given;
  const auto leaf =
      given.root.issue({.crl_url = "http://crl.example/a", .ocsp_url = "http://ocsp.example/"});

  const auto before = given.verify(leaf.parsed());
  given.crls = {parse_crl(given.root.crl({})).value()};
  const auto after = given.verify(leaf.parsed());

  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->crl_urls, std::vector<std::string>{"http://crl.example/a"});
  EXPECT_EQ(before->ocsp_urls, std::vector<std::string>{"http://ocsp.example/"});
  EXPECT_TRUE(after->crl_urls.empty() && after->ocsp_urls.empty());
}

TEST(VerifyChain, does_not_trust_the_silence_of_a_stale_crl) {
  Given given;
  const auto leaf = given.root.issue(moon);
  const auto bad = given.root.issue(moon);
  const TestRevocation old{.this_update = {test_now.since_epoch - days{9}},
                           .next_update = {test_now.since_epoch - days{2}}};
  given.crls = {parse_crl(given.root.crl({bad.serial}, old)).value()};

  EXPECT_EQ(given.failed(leaf.parsed()), std::nullopt);
  EXPECT_EQ(given.failed(bad.parsed()), ChainCheck::revoked);
  given.policy = RevocationPolicy::strict;
  EXPECT_EQ(given.failed(leaf.parsed()), ChainCheck::stale_crl);
}

TEST(VerifyChain, ignores_a_crl_that_another_key_signed) {
  Given given;
  const auto leaf = given.root.issue(moon);
  const TestCa impostor({.subject = "C=CH, O=Esplanade, CN=root"});
  given.crls = {parse_crl(impostor.crl({leaf.serial})).value()};

  EXPECT_EQ(given.failed(leaf.parsed()), std::nullopt);
  given.policy = RevocationPolicy::strict;
  EXPECT_EQ(given.failed(leaf.parsed()), ChainCheck::revocation_unknown);
}

TEST(VerifyChain, takes_the_word_of_the_issuer_by_ocsp) {
  Given given;
  given.policy = RevocationPolicy::strict;
  const auto leaf = given.root.issue(moon);
  const auto with = [&](Bytes response) {
    given.ocsp = {std::move(response)};
    return given.failed(leaf.parsed());
  };
  const TestRevocation old{.this_update = {test_now.since_epoch - days{9}},
                           .next_update = {test_now.since_epoch - days{2}}};

  EXPECT_EQ(with(given.root.ocsp(leaf, TestStatus::good)), std::nullopt);
  EXPECT_EQ(with(given.root.ocsp(leaf, TestStatus::revoked)), ChainCheck::revoked);
  EXPECT_EQ(with(given.root.ocsp(leaf, TestStatus::unknown)), ChainCheck::revocation_unknown);
  EXPECT_EQ(with(given.root.ocsp(leaf, TestStatus::good, old)), ChainCheck::stale_crl);
  EXPECT_EQ(with(given.root.ocsp(given.root.issue(moon), TestStatus::good)),
            ChainCheck::revocation_unknown);
  EXPECT_EQ(with(Bytes(30)), ChainCheck::revocation_unknown);
}

// RFC 6960, 4.2.2.2.
TEST(VerifyChain, takes_ocsp_of_responders_the_issuer_appointed_and_of_no_other) {
  Given given;
  given.policy = RevocationPolicy::strict;
  const auto leaf = given.root.issue(moon);
  const auto appointed =
      given.root.issue({.subject = "CN=responder", .extended_usage = "OCSPSigning"});
  const auto usurper = given.root.issue({.subject = "CN=usurper"});

  given.ocsp = {given.root.ocsp(leaf, TestStatus::good, {}, &appointed)};
  EXPECT_EQ(given.failed(leaf.parsed()), std::nullopt);
  given.ocsp = {given.root.ocsp(leaf, TestStatus::revoked, {}, &usurper)};
  EXPECT_EQ(given.failed(leaf.parsed()), ChainCheck::revocation_unknown);
}

TEST(OcspRequest, names_certificate_and_issuer) {
  TestCa root({.subject = "CN=root"});
  const auto leaf = root.issue(moon);

  const auto der = ocsp_request(*leaf.parsed(), *root.parsed()).value();

  const auto request = from_der<OCSP_REQUEST>(d2i_OCSP_REQUEST, der);
  ASSERT_NE(request, nullptr);
  ASSERT_EQ(OCSP_request_onereq_count(request.get()), 1);
  auto* const id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(request.get(), 0));
  ASN1_INTEGER* serial = nullptr;
  OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial, id);
  EXPECT_EQ(ASN1_INTEGER_get(serial), leaf.serial);
}

}  // namespace
}  // namespace esplanade::crypto::openssl
