#include "cli/decode/esp_table.h"

#include "sa/esp_key_table.h"
#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::cli::decode {
namespace {

using iana::EncryptionId;

constexpr auto gcm_key = "0x000102030405060708090a0b0c0d0e0f10111213";

struct Fields {
  std::string protocol = "IPv4", src = "192.0.2.1", dst = "192.0.2.2", spi = "0x00001001";
  std::string encryption = "AES-GCM with 16 octet ICV [RFC4106]", key = gcm_key;
  std::string integrity = "NULL", integrity_key;
};

auto line_of(const Fields& fields) -> std::string {
  std::string line;
  for (const auto* field : {&fields.protocol, &fields.src, &fields.dst, &fields.spi,
                            &fields.encryption, &fields.key, &fields.integrity}) {
    line += "\"" + *field + "\",";
  }
  return line + "\"" + fields.integrity_key + "\"\n";
}

auto only_row(const Fields& fields) -> EspTableRow {
  auto table = parse_esp_table(line_of(fields));
  return std::move(table.value().at(0));
}

auto problem_of(const Fields& fields) -> TableProblem {
  const auto table = parse_esp_table(line_of(fields));
  return table ? TableProblem{} : table.error();
}

TEST(EspTable, reads_gcm_keys_with_their_salt) {
  const auto row = only_row({});

  const auto& keys = std::get<RowKeys>(row.keys);
  EXPECT_EQ(keys.algorithms.encryption, iana::EncryptionId::encr_aes_gcm_16);
  EXPECT_EQ(keys.algorithms.key_bits, 128);
  EXPECT_EQ("0x" + core::to_hex(keys.keys.encryption.reveal()), gcm_key);
}

TEST(EspTable, reads_cbc_with_hmac) {
  const auto row = only_row({.encryption = "AES-CBC [RFC3602]",
                             .key = "0x" + std::string(64, 'a'),
                             .integrity = "HMAC-SHA-256-128 [RFC4868]",
                             .integrity_key = "0x" + std::string(64, 'b')});

  const auto& keys = std::get<RowKeys>(row.keys);
  EXPECT_EQ(keys.algorithms.key_bits, 256);
  EXPECT_EQ(keys.algorithms.integrity, iana::IntegrityId::auth_hmac_sha2_256_128);
  EXPECT_EQ(keys.keys.integrity.size(), 32U);
}

TEST(EspTable, takes_a_key_without_0x_as_text) {
  const auto row = only_row({.key = "sixteen octets!!salt"});
  EXPECT_EQ(std::get<RowKeys>(row.keys).keys.encryption.size(), 20U);
}

TEST(EspTable, takes_gcm_under_all_its_names) {
  const auto row = only_row(
      {.encryption = "AES-GCM [RFC4106]", .integrity = "ANY 128 bit authentication [No Checking]"});
  EXPECT_TRUE(std::holds_alternative<RowKeys>(row.keys));
}

TEST(EspTable, ignores_the_columns_of_newer_versions) {
  auto line = line_of({});
  line.insert(line.size() - 1, ",\"64-bit\",\"0\"");
  EXPECT_EQ(parse_esp_table(line).value().size(), 1U);
}

TEST(EspTable, reads_what_esp_key_table_row_writes) {
  sa::SaParameters parameters;
  parameters.spi = core::Spi{0x1001};
  parameters.ours = net::Address::parse("2001:db8::1").value();
  parameters.theirs = net::Address::parse("2001:db8::2").value();
  parameters.algorithms = {.encryption = iana::EncryptionId::encr_aes_gcm_16, .key_bits = 256};
  parameters.keys.encryption = sa::EncryptionKey(core::Bytes(36, std::byte{7}));
  const auto written = sa::esp_key_table_row(parameters);
  const auto octets = written.reveal();

  const auto table = parse_esp_table({reinterpret_cast<const char*>(octets.data()), octets.size()});

  const auto& row = table.value().at(0);
  EXPECT_TRUE(row.matches(parameters.ours, parameters.theirs, parameters.spi));
  EXPECT_FALSE(row.matches(parameters.theirs, parameters.ours, parameters.spi));
  EXPECT_EQ(std::get<RowKeys>(row.keys).algorithms, parameters.algorithms);
}

TEST(EspTable, keeps_rows_with_algorithms_it_does_not_provide) {
  const auto row = only_row({.encryption = "BLOWFISH-CBC [RFC2451]"});

  const auto& unsupported = std::get<Unsupported>(row.keys);
  EXPECT_EQ(unsupported.column, 45U);
  EXPECT_EQ(unsupported.why, "\"BLOWFISH-CBC [RFC2451]\" with \"NULL\" is not provided");
}

TEST(EspTable, does_not_open_what_is_not_authenticated) {
  const auto row = only_row({.encryption = "AES-CBC [RFC3602]", .key = "0x00"});
  EXPECT_NE(std::get<Unsupported>(row.keys).why.find("would not be authenticated"),
            std::string::npos);
}

TEST(EspTable, tells_the_column_of_each_wrong_field) {
  EXPECT_EQ(problem_of({.protocol = "IPX"}).column, 1U);
  EXPECT_EQ(problem_of({.src = "gw"}).column, 8U);
  EXPECT_EQ(problem_of({.dst = "::1"}).column, 20U);
  EXPECT_EQ(problem_of({.spi = "spi"}).column, 32U);
  EXPECT_EQ(problem_of({.key = "0x0"}).column, 83U);
  EXPECT_EQ(problem_of({.key = "0xzz"}).what, "the key is not hexadecimal in pairs of digits");
}

TEST(EspTable, never_quotes_a_key) {
  const auto problem = problem_of({.key = "secret"});
  EXPECT_EQ(problem.what,
            "ENCR_AES_GCM_16 takes a key of 20, 28 or 36 octets with its salt, not 6");
}

TEST(EspTable, refuses_an_integrity_key_of_another_length) {
  const auto problem = problem_of({.encryption = "AES-CBC [RFC3602]",
                                   .key = "0x" + std::string(32, 'a'),
                                   .integrity = "AES-CMAC-96 [RFC4494]",
                                   .integrity_key = "0xbb"});
  EXPECT_EQ(problem.what, "AUTH_AES_CMAC_96 takes a key of 16 octets, not 1");
}

// As Wireshark does: a key of another length than IPsec's is one of another tool's.
TEST(EspTable, takes_hmac_keys_of_any_length) {
  const auto row = only_row(
      {.encryption = "NULL", .integrity = "HMAC-SHA-256-128 [RFC4868]", .integrity_key = "0xbb"});
  EXPECT_EQ(std::get<RowKeys>(row.keys).keys.integrity.size(), 1U);
}

auto written(const sa::SaParameters& parameters) -> std::string {
  const auto row = sa::esp_key_table_row(parameters);
  const auto octets = row.reveal();
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

TEST(EspTable, reads_every_algorithm_that_can_be_chosen_as_it_is_written) {
  const auto check = [](sa::Protocol protocol, const sa::EspAlgorithms& algorithms) {
    sa::SaParameters parameters =
        test::parameters({.algorithms = algorithms, .protocol = protocol});
    const auto table = parse_esp_table(written(parameters));
    ASSERT_TRUE(table) << written(parameters) << table.error().what;
    const auto& row = table->at(0);
    EXPECT_EQ(row.protocol, protocol);
    ASSERT_TRUE(std::holds_alternative<RowKeys>(row.keys)) << written(parameters);
    EXPECT_EQ(std::get<RowKeys>(row.keys).algorithms, algorithms) << written(parameters);
  };
  for (const auto& one : test::all_esp_algorithms()) check(sa::Protocol::esp, one);
  for (const auto& one : test::all_ah_algorithms()) check(sa::Protocol::ah, one);
}

TEST(EspTable, has_the_icv_of_an_unnamed_gcm_from_the_authentication) {
  const auto row = only_row(
      {.encryption = "AES-GCM [RFC4106]", .integrity = "ANY 64 bit authentication [no checking]"});
  EXPECT_EQ(std::get<RowKeys>(row.keys).algorithms.encryption, EncryptionId::encr_aes_gcm_8);
}

TEST(EspTable, refuses_an_aead_with_the_authentication_of_another) {
  const auto row = only_row({.integrity = "HMAC-SHA-256-128 [RFC4868]", .integrity_key = "0x00"});
  EXPECT_NE(std::get<Unsupported>(row.keys).why.find("brings its own"), std::string::npos);
}

TEST(EspTable, refuses_encryption_for_ah) {
  const auto row = only_row({.protocol = "AH-IPv4",
                             .integrity = "HMAC-SHA-256-128 [RFC4868]",
                             .integrity_key = "0x" + std::string(64, 'b')});
  EXPECT_NE(std::get<Unsupported>(row.keys).why.find("for AH"), std::string::npos);
}

TEST(EspTable, refuses_a_row_with_too_few_fields) {
  const auto table = parse_esp_table("# keys\n\"IPv4\",\"*\",\"*\"\n");
  EXPECT_EQ(table.error().line, 2U);
  EXPECT_TRUE(table.error().what.ends_with("this one has 3"));
}

}  // namespace
}  // namespace esplanade::cli::decode
