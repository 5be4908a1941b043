#include "crypto/openssl/test_pki.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::crypto::openssl {
namespace {

using core::as_view;
using core::Bytes;
using core::Code;
using iana::IdType;

auto octets_of(std::string_view text) -> Bytes {
  const auto view = as_view(text);
  return {view.begin(), view.end()};
}

TEST(Certificate, shows_what_ike_asks_of_it) {
  TestCa root({.subject = "CN=root"});
  const auto moon = root.issue(
      {.subject = "C=CH, O=Esplanade, CN=moon",
       .names = "DNS:moon.example,email:moon@example,IP:192.0.2.1,IP:2001:db8::1,URI:urn:a",
       .crl_url = "http://crl.example/a",
       .ocsp_url = "http://ocsp.example/"});

  const auto parsed = moon.parsed();

  EXPECT_TRUE(std::ranges::equal(parsed->der(), moon.der));
  EXPECT_EQ(parsed->subject_text(), "C=CH, O=Esplanade, CN=moon");
  EXPECT_EQ(distinguished_name_text(parsed->issuer()), "CN=root");
  EXPECT_FALSE(parsed->is_ca());
  EXPECT_TRUE(root.parsed()->is_ca());
  EXPECT_EQ(parsed->not_after().since_epoch - parsed->not_before().since_epoch,
            std::chrono::days{60});
  EXPECT_EQ(parsed->public_key().type(), KeyType::ecdsa_p256);
  EXPECT_EQ(parsed->key_hash(), sha1(parsed->public_key().spki()));
  EXPECT_EQ(parsed->crl_urls().front(), "http://crl.example/a");
  EXPECT_EQ(parsed->ocsp_urls().front(), "http://ocsp.example/");
}

TEST(Certificate, lists_the_names_ike_can_match) {
  TestCa root({.subject = "CN=root"});
  const auto moon = root.issue(
      {.names = "DNS:moon.example,email:moon@example,IP:192.0.2.1,IP:2001:db8::1,URI:urn:a"});

  const auto parsed = moon.parsed();

  const auto names = parsed->alternative_names();
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(names[0], (AlternativeName{IdType::id_fqdn, octets_of("moon.example")}));
  EXPECT_EQ(names[1], (AlternativeName{IdType::id_rfc822_addr, octets_of("moon@example")}));
  EXPECT_EQ(core::to_hex(names[2].value), "c0000201");
  EXPECT_EQ(names[3].type, IdType::id_ipv6_addr);
  EXPECT_EQ(names[3].value.size(), 16U);
}

TEST(Certificate, tells_how_it_was_signed) {
  const auto scheme_by = [](KeyType key, const char* digest) {
    TestCa root({.subject = "CN=root", .key = key});
    return root.issue({.subject = "CN=moon", .digest = digest}).parsed()->signature_scheme();
  };

  EXPECT_EQ(scheme_by(KeyType::rsa, "SHA384"),
            (SignatureScheme{SignatureKind::rsa_pkcs1, iana::HashId::sha2_384}));
  EXPECT_EQ(scheme_by(KeyType::ecdsa_p521, "SHA512"),
            (SignatureScheme{SignatureKind::ecdsa, iana::HashId::sha2_512}));
  EXPECT_EQ(scheme_by(KeyType::ed25519, nullptr),
            (SignatureScheme{SignatureKind::eddsa, iana::HashId::identity}));
  EXPECT_EQ(scheme_by(KeyType::rsa, "SHA1"), std::nullopt);
}

TEST(Certificate, is_read_from_der_and_from_pem_with_several) {
  TestCa root({.subject = "CN=root"});
  const auto moon = root.issue({.subject = "CN=moon"});
  const auto pem = "notes\n" + to_pem(moon.der, "CERTIFICATE") + to_pem(root.der(), "CERTIFICATE") +
                   "more notes\n";

  const auto of_pem = parse_certificates(as_view(pem)).value();
  const auto of_der = parse_certificates(moon.der).value();

  ASSERT_EQ(of_pem.size(), 2U);
  EXPECT_EQ(of_pem[1]->subject_text(), "CN=root");
  ASSERT_EQ(of_der.size(), 1U);
  EXPECT_EQ(of_der[0]->subject_text(), "CN=moon");
}

TEST(Certificate, is_refused_when_damaged) {
  TestCa root({.subject = "CN=root"});
  auto der = root.der();
  auto pem = to_pem(der, "CERTIFICATE");
  pem[pem.size() / 2] = '!';
  der.push_back({});

  EXPECT_EQ(parse_certificate(der).error().code, Code::bad_value);
  EXPECT_EQ(parse_certificate({}).error().code, Code::bad_value);
  EXPECT_EQ(parse_certificates(as_view(pem)).error().code, Code::bad_value);
  EXPECT_EQ(parse_certificates(as_view("-----BEGIN")).error().code, Code::bad_value);
}

TEST(Certificate, holds_with_any_octet_changed) {
  TestCa root({.subject = "CN=root"});
  const auto whole = root.issue({.names = "DNS:moon.example", .crl_url = "http://a/"}).der;
  ASSERT_TRUE(rc::check("nothing breaks", [&](std::uint16_t at, std::uint8_t value) {
    auto der = whole;
    der[at % der.size()] = std::byte{value};
    const auto parsed = parse_certificate(der);
    if (parsed) (void)(*parsed)->subject_text();
  }));
}

TEST(Certificate, without_end_lasts_as_long_as_time_is_counted) {
  const TestCa root(
      {.not_after = {std::chrono::sys_days{std::chrono::year{2261} / 1 / 1}.time_since_epoch()}});
  EXPECT_EQ(time_text(root.parsed()->not_after()), "2261-01-01 00:00:00 UTC");
}

TEST(Crl, is_read_from_der_and_pem) {
  const TestCa root({.subject = "CN=root"});
  const auto der = root.crl({7});
  const auto pem = to_pem(der, "X509 CRL");

  const auto of_der = parse_crl(der).value();
  const auto of_pem = parse_crl(as_view(pem)).value();

  EXPECT_EQ(distinguished_name_text(of_der->issuer()), "CN=root");
  EXPECT_EQ(of_der->next_update(), of_pem->next_update());
  EXPECT_EQ(of_der->next_update()->since_epoch, test_now.since_epoch + std::chrono::days{1});
  EXPECT_EQ(parse_crl(core::View(der).first(40)).error().code, Code::bad_value);
}

auto der_of(std::string_view text) -> Bytes { return parse_distinguished_name(text).value(); }

// By `openssl asn1parse -genstr`: C and CN as PrintableString.
TEST(DistinguishedName, becomes_der) {
  EXPECT_EQ(core::to_hex(der_of("C=CH, CN=moon")),
            "301c310b3009060355040613024348310d300b060355040313046d6f6f6e");
  EXPECT_EQ(core::to_hex(der_of("CN=*")), "300c310a300806035504030c012a");
  EXPECT_EQ(core::to_hex(der_of("DC=ch")), "301431123010060a0992268993f22c64011916026368");
}

struct Written {
  std::string_view given, canonical;
};

TEST(DistinguishedName, is_read_as_strongswan_writes_it) {
  for (const auto& row : {
           Written{"C=CH, O=Example, CN=moon", "C=CH, O=Example, CN=moon"},
           Written{"c=CH,o=Example , cn = moon", "C=CH, O=Example, CN=moon"},
           Written{"/C=CH/O=Example/CN=moon", "C=CH, O=Example, CN=moon"},
           Written{"O=\"Example, Inc.\", CN=moon", "O=\"Example, Inc.\", CN=moon"},
           Written{R"(O=Example\, Inc., CN=moon)", "O=\"Example, Inc.\", CN=moon"},
           Written{"CN=moon, emailAddress=moon@example", "CN=moon, E=moon@example"},
           Written{"2.5.4.3=moon", "CN=moon"},
           Written{"1.2.3.4=moon", "1.2.3.4=moon"},
           Written{"CN=z\xc3\xbcrich", "CN=z\xc3\xbcrich"},
           Written{"O=*, CN=*.example", "O=*, CN=*.example"},
       }) {
    EXPECT_EQ(distinguished_name_text(der_of(row.given)), row.canonical);
    EXPECT_EQ(der_of(row.canonical), der_of(row.given));
  }
}

struct Refused {
  std::string_view text;
  std::size_t offset;
};

TEST(DistinguishedName, tells_where_it_is_wrong) {
  for (const auto& row :
       {Refused{"", 0}, Refused{"moon", 0}, Refused{"C=CH, XY=1", 5}, Refused{"C=CH, CN=", 9},
        Refused{"CN=\"moon", 3}, Refused{"CN=\"moon\"x", 9}, Refused{"C=CH, moon", 6}}) {
    const auto parsed = parse_distinguished_name(row.text);
    ASSERT_FALSE(parsed) << row.text;
    EXPECT_EQ(parsed.error(), (core::Error{Code::bad_value, {row.offset}})) << row.text;
  }
}

TEST(DistinguishedName, shows_no_control_characters) {
  EXPECT_EQ(distinguished_name_text(der_of("CN=a\x1b[1mb")), "CN=a<1b>[1mb");
  EXPECT_EQ(distinguished_name_text(Bytes(3)), "?");
}

struct Pair {
  std::string_view name, pattern;
  bool is_match;
};

// RFC 5280, 7.1 folds case and spaces.
TEST(DistinguishedName, matches_but_for_case_spaces_and_asterisks) {
  for (const auto& row : {
           Pair{"C=CH, O=Example, CN=moon", "C=CH, O=Example, CN=moon", true},
           Pair{"C=CH, O=Example, CN=moon", "C=CH, O=EXAMPLE, CN=Moon", true},
           Pair{"C=CH, O=My  Firm, CN=moon", "C=CH, O=my firm, CN=moon", true},
           Pair{"C=CH, O=Example, CN=moon", "C=CH, O=Example, CN=*", true},
           Pair{"C=CH, O=Example, CN=moon", "C=*, O=*, CN=*", true},
           Pair{"C=CH, O=Example, CN=moon", "C=CH, O=Example, CN=sun", false},
           Pair{"C=CH, O=Example, CN=moon", "C=CH, O=Example", false},
           Pair{"C=CH, O=Example, CN=moon", "O=Example, C=CH, CN=moon", false},
           Pair{"C=CH, O=Example, CN=moon", "C=CH, O=Example, OU=*", false},
           Pair{"C=CH, O=Example, CN=*", "C=CH, O=Example, CN=moon", false},
           Pair{"C=CH, O=Example, CN=moon", "C=CH, O=Exam*, CN=moon", false},
       }) {
    EXPECT_EQ(distinguished_name_matches(der_of(row.name), der_of(row.pattern)), row.is_match)
        << row.name << " against " << row.pattern;
  }
  EXPECT_FALSE(distinguished_name_matches(Bytes(3), Bytes(3)));
}

}  // namespace
}  // namespace esplanade::crypto::openssl
