#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

auto authorities_in(const std::string& settings) -> Checked<Configuration> {
  auto files = folders_of_moon();
  files["keys/ca.pem"] = files["x509ca/caCert.pem"];
  files["/crls/ca.crl"] = to_pem(pki().ca.crl({}), "X509 CRL");
  files["/crls/bad.crl"] = "hello";
  return load_with(files, "authorities {\n" + settings + "\n}");
}

TEST(Authorities, say_where_revocation_is_told) {
  const auto loaded = authorities_in(
      "ca { cacert = caCert.pem\ncrl_uris = http://crl.example.org/ca.crl, file:///crls/ca.crl\n"
      "ocsp_uris = http://ocsp.example.org:8880, http://b.example.org }");

  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  ASSERT_THAT(loaded->credentials->authorities, SizeIs(1));
  const auto& authority = loaded->credentials->authorities.front();
  EXPECT_EQ(authority.name, "ca");
  EXPECT_EQ(authority.certificate->subject_text(), "C=CH, O=Esplanade, CN=ca");
  EXPECT_THAT(authority.crl_urls, ElementsAre("http://crl.example.org/ca.crl"));
  EXPECT_THAT(authority.ocsp_urls,
              ElementsAre("http://ocsp.example.org:8880", "http://b.example.org"));
  EXPECT_THAT(loaded->credentials->crls, SizeIs(1));
  EXPECT_THAT(loaded->credentials->anchors, SizeIs(1));
}

TEST(Authorities, are_anchors_wherever_their_file_is) {
  const auto loaded = authorities_in("ca { file = keys/ca.pem }");

  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  EXPECT_THAT(loaded->credentials->anchors, SizeIs(1));
  EXPECT_THAT(loaded->credentials->authorities, SizeIs(1));
}

const std::string no_token =
    " needs tokens (PKCS #11), which this version does not have; put the certificate into x509ca, "
    "and name it with `cacert`";

const auto refused = std::to_array<Row>({
    {"ca { }", "2:1: `ca` has no `cacert`"},
    {"ca { cacert = caCert.pem\nfile = keys/ca.pem }",
     "2:1: `cacert` and `file` exclude each other"},
    {"ca { cacert = x.pem }", "2:15: x509ca/x.pem cannot be read: no such file"},
    {"ca { file = x509/moonCert.pem }", "2:13: x509/moonCert.pem is no certificate of a CA"},
    {"ca { cacert = caCert.pem\ncrl_uris = ldap://a/b }",
     "3:12: `ldap://a/b` is no address of `crl_uris`; http:// and file:// are known here"},
    {"ca { cacert = caCert.pem\ncrl_uris = http://a/b, https://a/b }",
     "3:24: `https://a/b` is no address of `crl_uris`; http:// and file:// are known here"},
    {"ca { cacert = caCert.pem\ncrl_uris = file:///crls/bad.crl }",
     "3:12: /crls/bad.crl is no CRL, as PEM or DER"},
    {"ca { cacert = caCert.pem\nocsp_uris = file:///a }",
     "3:13: `file:///a` is no address of `ocsp_uris`; http:// is known here"},
    {"ca { cacert = caCert.pem\ncert_uri_base = http://a }",
     "3:1: `cert_uri_base` needs certificates by hash and URL, which this version does not have; "
     "leave it out: they are sent whole"},
    {"ca { cacert = caCert.pem\nhandle = 1 }", "3:1: `handle`" + no_token},
    {"ca { cacert = caCert.pem\nslot = 1 }", "3:1: `slot`" + no_token},
    {"ca { cacert = caCert.pem\nmodule = x }", "3:1: `module`" + no_token},
    {"ca { cacert = caCert.pem\ncrl_uri = x }",
     "3:1: unknown setting `crl_uri`; did you mean `crl_uris`?"},
    {"cacert = x", "2:1: `authorities` holds sections, one a CA"},
});

TEST(Authorities, complain_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_of(authorities_in(row.settings)), row.complaint) << row.settings;
  }
}

}  // namespace
}  // namespace esplanade::config::keying::test
