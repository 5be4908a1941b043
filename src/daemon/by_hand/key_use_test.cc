#include "daemon/by_hand/key_use.h"

#include "crypto/openssl/provider.h"
#include "daemon/build_tables.h"

#include <gtest/gtest.h>

#include "platform/temporary_folder.h"

namespace esplanade::daemon {
namespace {

auto sa_with(std::uint32_t spi, std::uint8_t key, std::string file) -> config::ManualSa {
  config::ManualSa made;
  made.spi = core::Spi{spi};
  made.algorithms = {.encryption = iana::EncryptionId::encr_aes_gcm_16, .key_bits = 128};
  made.keys.encryption = sa::EncryptionKey{core::Bytes(20, std::byte{key})};
  made.key_file = std::move(file);
  return made;
}

/// Out with SPI 0x1001 and key 1, in with SPI 0x1002 and key 2.
auto tunnel() -> config::Configuration {
  config::Configuration made;
  auto& connection = made.manual.emplace_back();
  connection.out = sa_with(0x1001, 1, "out.key");
  connection.in = sa_with(0x1002, 2, "in.key");
  return made;
}

auto empty_book() -> SequenceBook { return SequenceBook{crypto::openssl::provider()}; }

auto used(config::Configuration configuration) -> config::Configuration {
  auto& connection = configuration.manual.at(0);
  connection.out.is_used = connection.in.is_used = true;
  return configuration;
}

TEST(RefuseUsedKeys, refuses_each_used_file_at_a_start) {
  const auto complaints = refuse_used_keys(used(tunnel()), {}, empty_book());

  ASSERT_EQ(complaints.size(), 2U);
  EXPECT_EQ(complaints[0].what,
            "key file out.key has been used by an earlier start, and nothing tells how far its "
            "sequence numbers went");
  EXPECT_TRUE(refuse_used_keys(tunnel(), {}, empty_book()).empty());
}

TEST(RefuseUsedKeys, lets_a_start_go_on_with_keys_whose_numbers_are_known) {
  const platform::TemporaryFolder folder;
  auto book = empty_book();
  ASSERT_TRUE(book.open(folder / "numbers"));
  auto tables = build_tables(tunnel(), {}, crypto::openssl::provider(), {}).value();
  ASSERT_TRUE(book.begin(tunnel(), {}, tables));

  EXPECT_TRUE(refuse_used_keys(used(tunnel()), {}, book).empty());
}

TEST(RefuseUsedKeys, lets_a_reload_go_on_with_the_keys_it_runs_with) {
  EXPECT_TRUE(refuse_used_keys(used(tunnel()), tunnel(), empty_book()).empty());
}

TEST(RefuseUsedKeys, refuses_a_running_key_under_another_spi_whatever_its_file_is_called) {
  auto next = tunnel();
  next.manual[0].out = sa_with(0x1009, 1, "copy.key");

  const auto complaints = refuse_used_keys(next, tunnel(), empty_book());

  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].what, "key file copy.key holds a key that another SA is using");
}

TEST(RefuseUsedKeys, refuses_a_running_key_in_the_other_direction) {
  auto next = tunnel();
  next.manual[0].out = sa_with(0x1002, 2, "copy.key");
  next.manual[0].in = sa_with(0x1001, 1, "other.key");

  EXPECT_EQ(refuse_used_keys(next, tunnel(), empty_book()).size(), 2U);
}

TEST(RefuseUsedKeys, leaves_ciphers_alone_that_may_start_anew) {
  auto configuration = used(tunnel());
  for (auto* sa : {&configuration.manual[0].out, &configuration.manual[0].in}) {
    sa->algorithms = {.encryption = iana::EncryptionId::encr_aes_cbc,
                      .key_bits = 128,
                      .integrity = iana::IntegrityId::auth_hmac_sha2_256_128};
  }

  EXPECT_TRUE(refuse_used_keys(configuration, {}, empty_book()).empty());
}

TEST(RecordKeysAsUsed, renames_the_files_that_are_not_yet) {
  const platform::TemporaryFolder folder;
  auto configuration = tunnel();
  auto& connection = configuration.manual[0];
  connection.out.key_file = folder.make("out.key", "key");
  connection.in.key_file = folder / "in.key";
  connection.in.is_used = true;

  ASSERT_TRUE(record_keys_as_used(configuration));

  EXPECT_EQ(folder.content(folder / "out.key.used"), "key");
  EXPECT_FALSE(std::filesystem::exists(folder / "out.key"));
}

}  // namespace
}  // namespace esplanade::daemon
