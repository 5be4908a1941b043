#include "sa/esp_key_table.h"

#include <gtest/gtest.h>

#include <numeric>

namespace esplanade::sa {
namespace {

auto counting(std::size_t size) -> core::Bytes {
  core::Bytes octets(size);
  std::iota(reinterpret_cast<unsigned char*>(octets.data()),
            reinterpret_cast<unsigned char*>(octets.data()) + size, std::uint8_t{0});
  return octets;
}

auto gcm(Direction direction) -> SaParameters {
  SaParameters parameters;
  parameters.spi = core::Spi{0x1001};
  parameters.direction = direction;
  parameters.ours = net::Address::parse("192.0.2.1").value();
  parameters.theirs = net::Address::parse("192.0.2.2").value();
  parameters.algorithms = {.encryption = iana::EncryptionId::encr_aes_gcm_16, .key_bits = 128};
  parameters.keys.encryption = EncryptionKey(counting(20));
  return parameters;
}

auto text_of(const EspKeyTableRow& row) -> std::string {
  const auto octets = row.reveal();
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

TEST(EspKeyTable, writes_an_outbound_gcm_sa_with_its_salt) {
  EXPECT_EQ(text_of(esp_key_table_row(gcm(Direction::outbound))),
            "\"IPv4\",\"192.0.2.1\",\"192.0.2.2\",\"0x00001001\","
            "\"AES-GCM with 16 octet ICV [RFC4106]\","
            "\"0x000102030405060708090a0b0c0d0e0f10111213\",\"NULL\",\"\"\n");
}

TEST(EspKeyTable, turns_the_addresses_of_an_inbound_sa_round) {
  EXPECT_TRUE(text_of(esp_key_table_row(gcm(Direction::inbound)))
                  .starts_with("\"IPv4\",\"192.0.2.2\",\"192.0.2.1\","));
}

TEST(EspKeyTable, names_a_group_and_its_source_or_any) {
  auto parameters = gcm(Direction::inbound);
  const auto group = net::Address::parse("239.1.1.1").value();
  parameters.group = {.destination = group, .source = {}};
  EXPECT_TRUE(text_of(esp_key_table_row(parameters)).starts_with("\"IPv4\",\"*\",\"239.1.1.1\","));

  parameters.group->source = parameters.theirs;
  EXPECT_TRUE(
      text_of(esp_key_table_row(parameters)).starts_with("\"IPv4\",\"192.0.2.2\",\"239.1.1.1\","));
}

TEST(EspKeyTable, writes_both_keys_of_cbc_with_hmac_over_ipv6) {
  auto parameters = gcm(Direction::outbound);
  parameters.ours = net::Address::parse("2001:db8::1").value();
  parameters.theirs = net::Address::parse("2001:db8::2").value();
  parameters.spi = core::Spi{0xfedcba98};
  parameters.algorithms = {.encryption = iana::EncryptionId::encr_aes_cbc,
                           .key_bits = 128,
                           .integrity = iana::IntegrityId::auth_hmac_sha2_256_128};
  parameters.keys.encryption = EncryptionKey(counting(16));
  parameters.keys.integrity = IntegrityKey(counting(32));

  EXPECT_EQ(text_of(esp_key_table_row(parameters)),
            "\"IPv6\",\"2001:db8::1\",\"2001:db8::2\",\"0xfedcba98\",\"AES-CBC [RFC3602]\","
            "\"0x000102030405060708090a0b0c0d0e0f\",\"HMAC-SHA-256-128 [RFC4868]\","
            "\"0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\"\n");
}

TEST(EspKeyTable, has_room_for_the_longest_line) {
  auto parameters = gcm(Direction::outbound);
  const auto longest = net::Address::parse("1111:1111:1111:1111:1111:1111:1111:1111").value();
  parameters.ours = longest;
  parameters.theirs = longest;
  parameters.keys.encryption = EncryptionKey(counting(36));
  parameters.keys.integrity = IntegrityKey(counting(64));

  EXPECT_LE(esp_key_table_row(parameters).size(), 512U);
}

}  // namespace
}  // namespace esplanade::sa
