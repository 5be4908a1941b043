#include "config/keying/proof.h"

#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

auto keyed_by_secret(const std::string& ends, const std::string& secrets) -> std::string {
  return fmt::format(
      "connections {{ site {{ local_addrs = 192.0.2.1\nremote_addrs = 192.0.2.2\n{}\n}} }}\n"
      "secrets {{ {} }}",
      ends, secrets);
}

const std::string both = "local { auth = psk\nid = moon } remote { auth = psk\nid = sun }";

TEST(Proof, by_secret_needs_one_for_both_ends) {
  EXPECT_EQ(complaint_about(keyed_by_secret(both, "ike { secret = x }")), "none");
  EXPECT_EQ(complaint_about(keyed_by_secret(both, "ike { id = sun\nsecret = x }")), "none");
  EXPECT_EQ(complaint_about(keyed_by_secret(both, "ike { id-a = moon\nid-b = sun\nsecret = x }")),
            "none");
  EXPECT_EQ(complaint_about(keyed_by_secret(both, "ike { id = venus\nsecret = x }")),
            "3:16: `local` of `site` has `auth = psk`, and `secrets` has none for moon and sun; a "
            "section `ike` there, with `secret` and an `id` for each end");
  EXPECT_EQ(complaint_about(keyed_by_secret(both, "")),
            "3:16: `local` of `site` has `auth = psk`, and `secrets` has none for moon and sun; a "
            "section `ike` there, with `secret` and an `id` for each end");
}

TEST(Proof, by_secret_takes_our_address_for_our_name) {
  const std::string ends = "local { auth = psk } remote { auth = psk\nid = sun }";
  EXPECT_EQ(
      complaint_about(keyed_by_secret(ends, "ike { id-a = 192.0.2.1\nid-b = sun\nsecret = x }")),
      "none");
  EXPECT_EQ(complaint_about(keyed_by_secret(ends, "ike { id-a = 192.0.2.9\nsecret = x }")),
            "3:16: `local` of `site` has `auth = psk`, and `secrets` has none for 192.0.2.1 and "
            "sun; a section `ike` there, with `secret` and an `id` for each end");
}

TEST(Proof, by_secret_is_left_open_where_anyone_may_come) {
  const std::string ends = "local { auth = psk } remote { auth = psk\nid = *.example.org }";
  EXPECT_EQ(complaint_about(keyed_by_secret(ends, "ike { id = sun.example.org\nsecret = x }")),
            "none");
}

auto with_moon(const std::string& local) -> std::string {
  return complaint_of(load_with(
      folders_of_moon(),
      fmt::format("connections {{ site {{ remote_addrs = 192.0.2.2\nlocal {{ {} }}\n}} }}",
                  local)));
}

TEST(Proof, by_certificate_needs_its_private_key) {
  EXPECT_EQ(with_moon("certs = moonCert.pem"), "none");

  auto files = folders_of_moon();
  files.erase("private/moonKey.pem");
  EXPECT_EQ(complaint_of(load_with(files,
                                   "connections { site { remote_addrs = 192.0.2.2\nlocal { certs = "
                                   "moonCert.pem } } }")),
            "2:17: there is no private key of C=CH, O=Esplanade, CN=moon.example.org; in the "
            "folders private, rsa, ecdsa and pkcs8 beside the configuration");
}

TEST(Proof, by_certificate_needs_the_identity_in_it) {
  EXPECT_EQ(with_moon("certs = moonCert.pem\nid = moon.example.org"), "none");
  EXPECT_EQ(with_moon("certs = moonCert.pem\nid = 192.0.2.1"), "none");
  EXPECT_EQ(with_moon("certs = moonCert.pem\nid = \"C=CH, O=Esplanade, CN=moon.example.org\""),
            "none");
  EXPECT_EQ(with_moon("certs = moonCert.pem\nid = mond.example.org"),
            "3:6: mond.example.org is not in the certificate of C=CH, O=Esplanade, "
            "CN=moon.example.org; `id` has to be the subject or a subjectAltName");
}

TEST(Proof, by_certificate_needs_one) {
  EXPECT_EQ(with_moon("id = sun.example.org"),
            "2:1: `local` of `site` has `auth = pubkey`, and no certificate with a private key is "
            "there for it; name one with `certs`");
}

TEST(Proof, by_raw_key_needs_its_private_key) {
  auto files = folders_of_moon();
  files["pubkey/carol.pem"] = to_pem(pki().carol.parsed()->public_key().spki(), "PUBLIC KEY");
  const std::string text =
      "connections { site { remote_addrs = 192.0.2.2\nlocal { id = carol\npubkeys = carol.pem } } "
      "}";
  EXPECT_EQ(complaint_of(load_with(files, text)),
            "3:11: there is no private key of the public key; in the folders private, rsa, ecdsa "
            "and pkcs8 beside the configuration");

  files["private/carol.pem"] = to_pem(pki().carol.private_key, "PRIVATE KEY");
  EXPECT_EQ(complaint_of(load_with(files, text)), "none");
}

TEST(Names, are_the_subject_and_the_alternative_names) {
  const auto certificate = pki().carol.parsed();
  const auto names_it = [&](std::string_view text) {
    return names(*certificate, policy::Identity::parse(text).value());
  };

  EXPECT_TRUE(names_it("carol@example.org"));
  EXPECT_TRUE(names_it("C=CH, O=Esplanade, CN=carol@example.org"));
  EXPECT_FALSE(names_it("fqdn:carol@example.org"));
  EXPECT_FALSE(names_it("C=CH, O=Esplanade, CN=dave"));
}

}  // namespace
}  // namespace esplanade::config::keying::test
