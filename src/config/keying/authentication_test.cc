#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using iana::IdType;
using testing::IsEmpty;
using testing::SizeIs;

/// Of moon, which has a certificate; the settings stand in line 2.
auto text_with(const std::string& local, const std::string& remote) -> std::string {
  return fmt::format(
      "connections {{ site {{ remote_addrs = 192.0.2.2\nlocal {{ certs = moonCert.pem{} }}\n"
      "remote {{ {} }} }} }}\n",
      local.empty() ? local : "\n" + local, remote);
}

auto connection_of(const std::string& local, const std::string& remote) -> policy::Connection {
  return connection_in(load_with(folders_of_moon(), text_with(local, remote)));
}

auto complaint_with(const std::string& local, const std::string& remote) -> std::string {
  return complaint_of(load_with(folders_of_moon(), text_with(local, remote)));
}

TEST(Authentication, is_by_public_key_of_anyone_unless_set) {
  const auto connection = connection_of("", "");

  for (const auto* end : {&connection.local, &connection.remote}) {
    EXPECT_EQ(end->kind, policy::AuthKind::public_key);
    EXPECT_TRUE(end->id.is_any());
    EXPECT_THAT(end->schemes, IsEmpty());
    EXPECT_EQ(end->chain, policy::ChainDemands());
    EXPECT_EQ(end->revocation, crypto::RevocationPolicy::relaxed);
  }
  EXPECT_THAT(connection.local.certificates, SizeIs(1));
  EXPECT_EQ(connection.local.line.to_string(), "gw.conf:2");
  EXPECT_EQ(connection.remote.line.to_string(), "gw.conf:3");
}

TEST(Authentication, takes_every_setting) {
  const auto connection =
      connection_of("id = moon.example.org\nauth = ike:rsa/pss-sha512\nround = 1",
                    "id = carol@example.org\nauth = ecdsa-256-sha256\nrevocation = strict\n"
                    "cacerts = caCert.pem");

  EXPECT_EQ(connection.local.id.to_string(), "moon.example.org");
  EXPECT_THAT(connection.local.schemes, SizeIs(1));
  EXPECT_EQ(connection.remote.id.to_string(), "carol@example.org");
  EXPECT_EQ(connection.remote.chain.least_ecdsa_bits, 256U);
  EXPECT_EQ(connection.remote.revocation, crypto::RevocationPolicy::strict);
  EXPECT_THAT(connection.remote.authorities, SizeIs(1));
  EXPECT_EQ(connection.remote.id_line.to_string(), "gw.conf:6");
  EXPECT_EQ(connection_of("", "revocation = ifuri").remote.revocation,
            crypto::RevocationPolicy::if_uri);
}

struct Id {
  std::string_view text;
  IdType type;
  std::string_view data;  ///< as text, or as hexadecimal behind #
};

constexpr auto ids = std::to_array<Id>({
    {"moon.example.org", IdType::id_fqdn, "moon.example.org"},
    {"@moon.example.org", IdType::id_fqdn, "moon.example.org"},
    {"fqdn:moon", IdType::id_fqdn, "moon"},
    {"dns:moon", IdType::id_fqdn, "moon"},
    {"\"fqdn:#6d6f6f6e\"", IdType::id_fqdn, "moon"},
    {"carol@example.org", IdType::id_rfc822_addr, "carol@example.org"},
    {"email:carol@example.org", IdType::id_rfc822_addr, "carol@example.org"},
    {"rfc822:carol", IdType::id_rfc822_addr, "carol"},
    {"userfqdn:carol", IdType::id_rfc822_addr, "carol"},
    {"keyid:office", IdType::id_key_id, "office"},
    {"\"keyid:#0a0b\"", IdType::id_key_id, "#0a0b"},
    {"\"@#0a0b\"", IdType::id_key_id, "#0a0b"},
    {"192.0.2.1", IdType::id_ipv4_addr, "#c0000201"},
    {"2001:db8::1", IdType::id_ipv6_addr, "#20010db8000000000000000000000001"},
    {"\"ipv4:#c0000201\"", IdType::id_ipv4_addr, "#c0000201"},
    {"\"{11}:#01\"", IdType::id_key_id, "#01"},
    {"*.example.org", IdType::id_fqdn, "*.example.org"},
    {"*@example.org", IdType::id_rfc822_addr, "*@example.org"},
});

TEST(Authentication, takes_identities_of_every_type) {
  for (const auto& [text, type, data] : ids) {
    const auto id = connection_of("", fmt::format("id = {}", text)).remote.id;
    const auto wanted = data.starts_with('#')
                            ? core::from_hex(data.substr(1)).value()
                            : core::Bytes(core::as_view(data).begin(), core::as_view(data).end());
    EXPECT_EQ(id, policy::Identity(type, wanted)) << text;
  }
  EXPECT_TRUE(connection_of("", "id = %any").remote.id.is_any());
}

TEST(Authentication, takes_distinguished_names_and_patterns_of_them) {
  const auto name = connection_of("", "id = \"C=CH, O=Esplanade, CN=*\"").remote.id;
  const auto typed = connection_of("", "id = \"asn1dn:C=CH, O=Esplanade, CN=*\"").remote.id;

  EXPECT_EQ(name.type(), IdType::id_der_asn1_dn);
  EXPECT_EQ(name, typed);
}

TEST(Authentication, reads_certificates_in_sections_of_their_own) {
  auto files = folders_of_moon();
  files["keys/carol.pem"] = to_pem(pki().carol.der, "CERTIFICATE");
  files["keys/ca.pem"] = to_pem(pki().ca.der(), "CERTIFICATE");

  const auto connection = connection_in(
      load_with(files, text_with("",
                                 "cert1 { file = keys/carol.pem } cacert { file = keys/ca.pem "
                                 "}")));

  EXPECT_THAT(connection.remote.certificates, SizeIs(1));
  EXPECT_THAT(connection.remote.authorities, SizeIs(1));
}

TEST(Authentication, reads_raw_public_keys) {
  auto files = folders_of_moon();
  files["pubkey/carolPub.pem"] = to_pem(pki().carol.parsed()->public_key().spki(), "PUBLIC KEY");

  const auto connection = connection_in(load_with(files, text_with("", "pubkeys = carolPub.pem")));

  EXPECT_THAT(connection.remote.public_keys, SizeIs(1));
}

const std::string no_token =
    " needs tokens (PKCS #11), which this version does not have; put the certificate into a file, "
    "and name it with `file`";
const std::string no_eap =
    " needs EAP, which this version does not have; authenticate with `auth = pubkey` or `psk`";
const std::string by_id =
    ", which this version does not have; tell peers apart by `id`, or by `cacerts`";

const auto refused = std::to_array<Row>({
    {"auth = eap-tls",
     "3:17: `auth` must be `psk` or `pubkey`, not `eap-tls`; EAP is not in this version"},
    {"auth = rsa-sha1",
     "3:21: `auth` must be without `sha1`, not `sha1`; RFC 8247 rules out signatures with it"},
    {"id = 10.0.0.256",
     "3:15: `id` must be an identity, not `10.0.0.256`; an address, a name, user@host, `C=.., "
     "CN=..`, or keyid: with a text"},
    {"revocation = x", "3:23: `revocation` must be `relaxed`, `ifuri` or `strict`, not `x`"},
    {"round = x", "3:18: `round` must be a number from 0 to 65535, not `x`"},
    {"certs = a.pem, b.pem", "3:18: x509/a.pem cannot be read: no such file"},
    {"cacerts = a.pem", "3:20: x509ca/a.pem cannot be read: no such file"},
    {"pubkeys = a.pem", "3:20: pubkey/a.pem cannot be read: no such file"},
    {"certs = /keys/moon.pem", "3:18: /keys/moon.pem cannot be read: no such file"},
    {"cacerts = ../x509/moonCert.pem", "3:20: x509/moonCert.pem is no certificate of a CA"},
    {"cert { }", "3:10: `cert` has no `file`"},
    {"cert { handle = 01 }", "3:17: `handle`" + no_token},
    {"cert { slot = 1\nhandle = 01 }", "3:17: `slot`" + no_token},
    {"cacert { module = x\nhandle = 01 }", "3:19: `module`" + no_token},
    {"eap_id = x", "3:10: `eap_id`" + no_eap},
    {"aaa_id = x", "3:10: `aaa_id`" + no_eap},
    {"xauth_id = x",
     "3:10: `xauth_id` needs IKEv1, which this version does not have; authenticate with `auth = "
     "pubkey` or `psk`"},
    {"groups = x", "3:10: `groups` needs attribute certificates" + by_id},
    {"cert_policy = 1.2.3", "3:10: `cert_policy` needs certificate policies" + by_id},
    {"ca_id = x",
     "3:10: `ca_id` needs identities of CAs, which this version does not have; name the "
     "certificate of the CA with `cacerts`"},
    {"idd = x", "3:10: unknown setting `idd`; did you mean `id`?"},
});

TEST(Authentication, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    auto complaint = complaint_with("", row.settings);
    EXPECT_EQ(complaint, row.complaint) << row.settings;
  }
}

TEST(Authentication, has_one_round) {
  EXPECT_EQ(complaint_with("", "} remote-2 { auth = psk"),
            "3:12: `remote-2` is a second round of authentication (RFC 4739), which this version "
            "does not have");
}

TEST(Authentication, refuses_files_that_are_not_what_they_should_be) {
  auto files = folders_of_moon();
  files["keys/text.pem"] = "hello";
  const auto complaint = [&](const std::string& remote) {
    return complaint_of(load_with(files, text_with("", remote)));
  };

  EXPECT_EQ(complaint("certs = /keys/text.pem"),
            "3:18: /keys/text.pem cannot be read: no such file");
  EXPECT_EQ(complaint("cert { file = keys/text.pem }"),
            "3:24: keys/text.pem is no certificate, as PEM or DER");
  EXPECT_EQ(complaint("cacert { file = x509/moonCert.pem }"),
            "3:26: x509/moonCert.pem is no certificate of a CA");
}

}  // namespace
}  // namespace esplanade::config::keying::test
