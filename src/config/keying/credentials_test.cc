#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using testing::SizeIs;

const std::string moon_by_certificate =
    "connections { site { remote_addrs = 192.0.2.2\nlocal { id = moon.example.org } } }\n";

/// The key of moon, encrypted by "pass".
auto encrypted_key() -> std::string {
  const auto* data = reinterpret_cast<const unsigned char*>(pki().moon.private_key.data());
  const auto size = static_cast<long>(pki().moon.private_key.size());
  crypto::openssl::Handle<EVP_PKEY> key(d2i_AutoPrivateKey(nullptr, &data, size));
  const crypto::openssl::X509Handle<BIO> bio(BIO_new(BIO_s_mem()));
  const auto* cipher = EVP_aes_256_cbc();
  EXPECT_EQ(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), cipher, "pass", 4, nullptr, nullptr), 1);
  char* text = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

/// Those about files as a whole come last.
auto last_complaint_of(const Checked<Configuration>& loaded) -> std::string {
  return loaded ? "none" : to_line(loaded.error().back());
}

TEST(Credentials, come_from_the_folders_of_swanctl) {
  auto files = folders_of_moon();
  files["x509crl/ca.crl"] = to_pem(pki().ca.crl({}), "X509 CRL");
  files["pubkey/carol.pem"] = to_pem(pki().carol.parsed()->public_key().spki(), "PUBLIC KEY");
  files["ecdsa/carol.pem"] = to_pem(pki().carol.private_key, "PRIVATE KEY");

  const auto loaded = load_with(files, moon_by_certificate);

  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  EXPECT_THAT(loaded->credentials->certificates, SizeIs(1));
  EXPECT_THAT(loaded->credentials->anchors, SizeIs(1));
  EXPECT_THAT(loaded->credentials->crls, SizeIs(1));
  EXPECT_THAT(loaded->credentials->public_keys, SizeIs(1));
  ASSERT_THAT(loaded->credentials->keys, SizeIs(2));
  EXPECT_EQ(loaded->credentials->keys[0].name, "moonKey.pem");
  EXPECT_THAT(loaded->warnings, SizeIs(0));
}

TEST(Credentials, are_found_by_the_identity_where_no_certificate_is_named) {
  const auto connection = connection_in(load_with(folders_of_moon(), moon_by_certificate));

  ASSERT_THAT(connection.local.certificates, SizeIs(1));
  EXPECT_EQ(connection.local.certificates.front()->subject_text(),
            "C=CH, O=Esplanade, CN=moon.example.org");
}

TEST(Credentials, may_be_der_and_hold_whole_chains) {
  auto files = folders_of_moon();
  const auto view = core::View(pki().moon.der);
  files["x509/moonCert.pem"] = std::string(reinterpret_cast<const char*>(view.data()), view.size());
  EXPECT_THAT(connection_in(load_with(files, moon_by_certificate)).local.certificates, SizeIs(1));

  files["x509/moonCert.pem"] =
      to_pem(pki().moon.der, "CERTIFICATE") + to_pem(pki().ca.der(), "CERTIFICATE");
  const auto loaded = load_with(files, moon_by_certificate);
  ASSERT_TRUE(loaded);
  EXPECT_THAT(loaded->credentials->certificates, SizeIs(2));
  EXPECT_THAT(loaded->connections.front()->local.certificates, SizeIs(1));
}

TEST(Credentials, open_encrypted_keys_by_their_passphrase) {
  for (const auto* folder : {"private", "rsa", "pkcs8"}) {
    auto files = folders_of_moon();
    files.erase("private/moonKey.pem");
    files[fmt::format("{}/moonKey.pem", folder)] = encrypted_key();
    const auto secret = [&](const std::string& passphrase) {
      return moon_by_certificate +
             fmt::format("secrets {{ {}-moon {{ file = moonKey.pem\nsecret = {} }} }}", folder,
                         passphrase);
    };

    EXPECT_EQ(complaint_of(load_with(files, secret("pass"))), "none") << folder;
    EXPECT_EQ(
        last_complaint_of(load_with(files, secret("past"))),
        fmt::format("{}/moonKey.pem: is no private key, or one with another passphrase", folder));
    EXPECT_EQ(last_complaint_of(load_with(files, moon_by_certificate)),
              fmt::format("{}/moonKey.pem: is no private key, or an encrypted one without a "
                          "passphrase in `secrets`",
                          folder));
  }
}

TEST(Credentials, that_are_damaged_are_named) {
  for (const auto& [path, complaint] : {
           std::pair("x509/a.pem", "is no certificate, as PEM or DER"),
           std::pair("x509ca/a.pem", "is no certificate, as PEM or DER"),
           std::pair("x509crl/a.pem", "is no CRL, as PEM or DER"),
           std::pair("pubkey/a.pem", "is no public key, as PEM or DER"),
           std::pair("ecdsa/a.pem",
                     "is no private key, or an encrypted one without a passphrase in `secrets`"),
       }) {
    auto files = folders_of_moon();
    files[path] = "hello";
    EXPECT_EQ(complaint_of(load_with(files, moon_by_certificate)),
              fmt::format("{}: {}", path, complaint));
  }
}

TEST(Credentials, do_not_take_a_certificate_of_no_ca_for_an_anchor) {
  auto files = folders_of_moon();
  files["x509ca/carol.pem"] = to_pem(pki().carol.der, "CERTIFICATE");

  EXPECT_EQ(complaint_of(load_with(files, moon_by_certificate)),
            "x509ca/carol.pem: is no certificate of a CA");
}

TEST(Credentials, warn_of_folders_that_are_not_read) {
  for (const auto& [path, hint] : {
           std::pair("x509ocsp/a.pem", "a responder has to send its certificate with its answers"),
           std::pair("x509aa/a.pem", "attribute certificates are not in this version"),
           std::pair("x509ac/a.pem", "attribute certificates are not in this version"),
           std::pair("pkcs12/a.p12",
                     "take certificate and key out with `openssl pkcs12`, into x509 and private"),
       }) {
    auto files = folders_of_moon();
    files[path] = "anything";
    const auto loaded = load_with(files, moon_by_certificate);
    ASSERT_TRUE(loaded);
    ASSERT_THAT(loaded->warnings, SizeIs(1));
    EXPECT_EQ(to_line(loaded->warnings.front()), fmt::format("{}: is not read; {}", path, hint));
  }
}

}  // namespace
}  // namespace esplanade::config::keying::test
