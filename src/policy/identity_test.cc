#include "policy/identity.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

using iana::IdType;

auto id(std::string_view text) -> Identity {
  auto parsed = Identity::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *std::move(parsed) : Identity();
}

struct Parsed {
  std::string_view text;
  IdType type;
  std::string_view hex;  ///< of the identification data (RFC 7296, 3.5)
  std::string_view again;
};

constexpr auto parsed = std::to_array<Parsed>({
    {"192.0.2.1", IdType::id_ipv4_addr, "c0000201", "192.0.2.1"},
    {"2001:db8::1", IdType::id_ipv6_addr, "20010db8000000000000000000000001", "2001:db8::1"},
    {"moon.example.org", IdType::id_fqdn, "6d6f6f6e2e6578616d706c652e6f7267", "moon.example.org"},
    {"@moon", IdType::id_fqdn, "6d6f6f6e", "moon"},
    {"carol@example.org", IdType::id_rfc822_addr, "6361726f6c406578616d706c652e6f7267",
     "carol@example.org"},
    {"@@carol", IdType::id_rfc822_addr, "6361726f6c", "email:carol"},
    {"@#0a0B", IdType::id_key_id, "0a0b", "@#0a0b"},
    {"keyid:tunnel 7", IdType::id_key_id, "74756e6e656c2037", "keyid:tunnel 7"},
    {"keyid:#0a", IdType::id_key_id, "0a", "@#0a"},
    {"fqdn:192.0.2.1", IdType::id_fqdn, "3139322e302e322e31", "@192.0.2.1"},
    {"dns:moon", IdType::id_fqdn, "6d6f6f6e", "moon"},
    {"userfqdn:a@b", IdType::id_rfc822_addr, "614062", "a@b"},
    {"ipv4:10.0.0.1", IdType::id_ipv4_addr, "0a000001", "10.0.0.1"},
    {"ipv4:#0a000001", IdType::id_ipv4_addr, "0a000001", "10.0.0.1"},
    {"ipv4:#0a00", IdType::id_ipv4_addr, "0a00", "ipv4:#0a00"},
    {"{12}:#0102", IdType::id_fc_name, "0102", "{12}:#0102"},
    {"{13}:#", IdType::id_null, "", "{13}:#"},
    // What a peer may send to forge a log line.
    {"fqdn:#6d6f6f6e0a", IdType::id_fqdn, "6d6f6f6e0a", "fqdn:#6d6f6f6e0a"},
});

TEST(Identity, is_read_by_strongswans_rules_and_written_so_that_it_reads_back) {
  for (const auto& row : parsed) {
    const auto identity = id(row.text);
    EXPECT_EQ(identity.type(), row.type) << row.text;
    EXPECT_EQ(core::to_hex(identity.data()), row.hex) << row.text;
    EXPECT_EQ(identity.to_string(), row.again);
    EXPECT_EQ(id(row.again), identity) << row.again;
  }
}

TEST(Identity, any_has_several_names) {
  for (const auto* text : {"%any", "%any6", "*", "0.0.0.0", "::"}) {
    EXPECT_TRUE(id(text).is_any()) << text;
  }
  EXPECT_EQ(Identity().to_string(), "%any");
}

TEST(Identity, refuses_what_is_none) {
  for (const auto* text :
       {"", "10.0.0.300", "10.1.0.0/16", "2001:db8::zz", "%all", "@", "@#0", "@#",
        "ipv4:2001:db8::1", "ipv6:moon", "keyid:", "{0}:x", "{300}:x", "{x}:y", "{11"}) {
    EXPECT_FALSE(Identity::parse(text)) << text;
  }
}

TEST(Identity, of_an_address_is_that_address) {
  const auto address = net::Address::parse("192.0.2.1");
  EXPECT_EQ(Identity::of(*address), id("192.0.2.1"));
}

struct Fitting {
  std::string_view text, pattern;
  Fit fit;
};

constexpr auto fitting = std::to_array<Fitting>({
    {"moon.example.org", "%any", Fit::any},
    {"moon.example.org", "MOON.example.ORG", Fit::exact},
    {"moon.example.org", "*.example.org", Fit::wildcard},
    {"a.moon.example.org", "*.Example.org", Fit::wildcard},
    {"example.org", "*.example.org", Fit::none},
    {"@.example.org", "*.example.org", Fit::none},
    {"moonexample.org", "*.example.org", Fit::none},
    {"moon.example.org", "sun.example.org", Fit::none},
    {"moon.example.org", "email:moon.example.org", Fit::none},
    {"carol@Example.org", "carol@example.org", Fit::exact},
    {"Carol@example.org", "carol@example.org", Fit::none},
    {"carol@example.org", "*@example.org", Fit::wildcard},
    {"email:@example.org", "*@example.org", Fit::none},
    {"carol@mail.example.org", "*@example.org", Fit::none},
    {"192.0.2.1", "192.0.2.1", Fit::exact},
    {"192.0.2.1", "192.0.2.2", Fit::none},
    {"@#0a", "@#0a", Fit::exact},
    {"@#0a", "@#0b", Fit::none},
    {"C=CH, O=Example, CN=moon", "c=CH, o=Example, cn=moon", Fit::exact},
    {"C=CH, O=Example, CN=moon", "C=CH, O=Example, CN=*", Fit::wildcard},
    {"C=CH, O=Example, CN=moon", "C=CH, O=Other, CN=*", Fit::none},
    {"C=CH, O=Example, CN=moon", "C=CH, O=Example", Fit::none},
});

TEST(Identity, fits_a_pattern) {
  for (const auto& [text, pattern, fit] : fitting) {
    EXPECT_EQ(id(text).fit(id(pattern)), fit) << text << " in " << pattern;
  }
}

TEST(Identity, shows_a_distinguished_name_as_it_is_written) {
  EXPECT_EQ(id("/C=CH/O=Example/CN=moon").to_string(), "C=CH, O=Example, CN=moon");
  EXPECT_EQ(id("asn1dn:C=CH, CN=moon").type(), IdType::id_der_asn1_dn);
}

}  // namespace
}  // namespace esplanade::policy
