#include "cli/decode/ike_table.h"

#include "ike/keys/ike_key_table.h"

#include <gtest/gtest.h>

namespace esplanade::cli::decode {
namespace {

// Rows of Wireshark's own test suite have this shape.
struct Fields {
  std::string spi_i = "0102030405060708", spi_r = "1112131415161718";
  std::string sk_ei = std::string(32, 'a'), sk_er = std::string(32, 'b');
  std::string encryption = "AES-CBC-128 [RFC3602]";
  std::string sk_ai = std::string(64, 'c'), sk_ar = std::string(64, 'd');
  std::string integrity = "HMAC_SHA2_256_128 [RFC4868]";
};

auto gcm() -> Fields {
  return {.sk_ei = std::string(40, '1'),
          .sk_er = std::string(40, '2'),
          .encryption = "AES-GCM-128 with 16 octet ICV [RFC5282]",
          .sk_ai = "",
          .sk_ar = "",
          .integrity = "NONE [RFC4306]"};
}

auto line_of(const Fields& fields) -> std::string {
  return fields.spi_i + "," + fields.spi_r + "," + fields.sk_ei + "," + fields.sk_er + ",\"" +
         fields.encryption + "\"," + fields.sk_ai + "," + fields.sk_ar + ",\"" + fields.integrity +
         "\"\n";
}

auto only_row(const Fields& fields) -> IkeTableRow {
  auto table = parse_ike_table(line_of(fields));
  return std::move(table.value().at(0));
}

auto problem_of(const Fields& fields) -> TableProblem {
  const auto table = parse_ike_table(line_of(fields));
  return table ? TableProblem{} : table.error();
}

TEST(IkeTable, reads_keys_of_both_ends) {
  const auto row = only_row({});

  EXPECT_EQ(row.spis,
            (ike::IkeSpis{ike::IkeSpi{0x0102030405060708}, ike::IkeSpi{0x1112131415161718}}));
  const auto& keys = std::get<IkeRowKeys>(row.keys);
  EXPECT_EQ(keys.suite.encryption, iana::EncryptionId::encr_aes_cbc);
  EXPECT_EQ(keys.suite.key_bits, 128);
  EXPECT_EQ(keys.suite.integrity, iana::IntegrityId::auth_hmac_sha2_256_128);
  EXPECT_EQ(core::to_hex(keys.i.sk_e.reveal()), std::string(32, 'a'));
  EXPECT_EQ(core::to_hex(keys.r.sk_e.reveal()), std::string(32, 'b'));
  EXPECT_EQ(core::to_hex(keys.i.sk_a.reveal()), std::string(64, 'c'));
  EXPECT_EQ(core::to_hex(keys.r.sk_a.reveal()), std::string(64, 'd'));
}

TEST(IkeTable, reads_an_AEAD_with_its_salt_and_no_integrity_keys) {
  const auto row = only_row(gcm());

  EXPECT_EQ(std::get<IkeRowKeys>(row.keys).i.sk_e.size(), 20U);
  EXPECT_TRUE(std::get<IkeRowKeys>(row.keys).i.sk_a.empty());
}

TEST(IkeTable, reads_what_the_key_log_writes) {
  const auto read = only_row({});
  auto& half = std::get<IkeRowKeys>(read.keys);
  const ike::keys::IkeKeys keys{.sk_d = {},
                                .i = {half.i.sk_e.clone(), half.i.sk_a.clone(), {}},
                                .r = {half.r.sk_e.clone(), half.r.sk_a.clone(), {}}};

  EXPECT_EQ(ike::keys::ike_key_table_row(half.suite, keys, read.spis), line_of({}));
}

TEST(IkeTable, keeps_a_row_whose_algorithms_are_not_provided) {
  const auto null = only_row({.encryption = "NULL [RFC2410]"});
  const auto unchecked = only_row({.integrity = "ANY 96-bits of Authentication [No Checking]"});
  const auto bare = only_row({.integrity = "NONE [RFC4306]"});

  EXPECT_EQ(std::get<Unsupported>(null.keys).why,
            "\"NULL [RFC2410]\" with \"HMAC_SHA2_256_128 [RFC4868]\" is not provided");
  EXPECT_TRUE(std::holds_alternative<Unsupported>(unchecked.keys));
  EXPECT_TRUE(std::holds_alternative<Unsupported>(bare.keys));
}

TEST(IkeTable, refuses_an_SPI_of_another_length) {
  EXPECT_EQ(problem_of({.spi_r = "1112"}),
            (TableProblem{1, 18, "the SPI of an IKE SA has 16 hexadecimal digits"}));
}

TEST(IkeTable, refuses_a_key_of_another_length) {
  EXPECT_EQ(problem_of({.sk_ei = "aabb"}),
            (TableProblem{1, 35, "this key has 2 octets, and its algorithm takes 16"}));
  EXPECT_EQ(problem_of({.sk_ar = ""}).what, "this key has 0 octets, and its algorithm takes 32");
}

TEST(IkeTable, refuses_keys_that_are_not_hexadecimal) {
  EXPECT_EQ(problem_of({.sk_er = "\"xx\""}).what, "the key is not hexadecimal in pairs of digits");
  EXPECT_EQ(problem_of({.sk_er = "abc"}).what, "the key is not hexadecimal in pairs of digits");
}

TEST(IkeTable, refuses_a_row_of_other_than_8_fields) {
  EXPECT_EQ(parse_ike_table("# keys\n\n0102,\"b\"\n").error(),
            (TableProblem{3, 6,
                          "a row has 8 fields: SPIi, SPIr, SK_ei, SK_er, encryption, SK_ai, "
                          "SK_ar, integrity; this one has 2"}));
}

}  // namespace
}  // namespace esplanade::cli::decode
