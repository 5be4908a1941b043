#include "daemon/by_hand/sequence_book.h"

#include "crypto/openssl/provider.h"
#include "daemon/build_tables.h"
#include "platform/temporary_folder.h"
#include "tests/support/sas.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace esplanade::daemon {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr auto ahead = SequenceBook::ahead;

auto manual_sa(std::uint32_t spi, std::byte key) -> config::ManualSa {
  config::ManualSa sa;
  sa.spi = core::Spi{spi};
  sa.algorithms = algorithms_of(Kind::aead);
  sa.keys.encryption = sa::EncryptionKey(Bytes(20, key));
  return sa;
}

auto configuration_with(std::byte key) -> config::Configuration {
  config::ManualConnection connection;
  connection.ours = address("192.0.2.1");
  connection.theirs = address("192.0.2.2");
  connection.out = manual_sa(0x1001, key);
  connection.in = manual_sa(0x2001, key ^ std::byte{0xff});
  config::Configuration configuration;
  configuration.manual.push_back(std::move(connection));
  return configuration;
}

/// One run of a daemon with the file of those before.
struct OneRun {
  explicit OneRun(const std::string& path, std::byte key = std::byte{1})
      : configuration(configuration_with(key)),
        tables(build_tables(configuration, {}, crypto::openssl::provider(), {}).value()) {
    opened = book.open(path).has_value();
    begun = opened && book.begin(configuration, {}, tables).has_value();
  }
  auto sa() -> ipsec::OutboundSa& { return tables.sad.outbound(core::SaIndex{0}); }
  auto send(std::uint64_t count) -> std::uint64_t {
    std::uint64_t last = 0;
    for (; count > 0; --count) last = sa().next_sequence().value_or(core::Seq64{0}).value;
    return last;
  }

  config::Configuration configuration;
  pipeline::Tables tables;
  SequenceBook book{crypto::openssl::provider()};
  bool opened = false;
  bool begun = false;
};

struct SequenceBookTest : testing::Test {
  platform::TemporaryFolder folder;
  std::string path = folder / "numbers";
};

TEST_F(SequenceBookTest, goes_on_behind_what_was_reserved_after_a_crash) {
  EXPECT_EQ(OneRun(path).send(3), 3U);
  EXPECT_EQ(OneRun(path).send(1), ahead + 1);
  EXPECT_EQ(OneRun(path).send(1), 2 * ahead + 1);
}

TEST_F(SequenceBookTest, goes_on_without_a_gap_after_a_clean_stop) {
  {
    OneRun run(path);
    EXPECT_EQ(run.send(3), 3U);
    EXPECT_TRUE(run.book.close(run.configuration, run.tables));
  }
  EXPECT_EQ(OneRun(path).send(1), 4U);
}

TEST_F(SequenceBookTest, lets_no_number_be_used_that_is_not_reserved) {
  OneRun run(path);
  run.sa().continue_from(core::Seq64{ahead - 1});

  EXPECT_EQ(run.send(1), ahead);
  EXPECT_EQ(run.sa().next_sequence(), std::nullopt);

  EXPECT_TRUE(run.book.look(run.configuration, run.tables));
  EXPECT_EQ(run.send(1), ahead + 1);
  EXPECT_EQ(OneRun(path).send(1), 2 * ahead + 1);
}

TEST_F(SequenceBookTest, knows_an_sa_by_key_spi_and_protocol) {
  const OneRun run(path);
  SequenceBook book{crypto::openssl::provider()};
  ASSERT_TRUE(book.open(path));

  EXPECT_TRUE(book.is_known(run.configuration.manual[0].out));
  EXPECT_TRUE(book.is_known(run.configuration.manual[0].in));
  EXPECT_FALSE(book.is_known(manual_sa(0x1002, std::byte{1})));
  EXPECT_FALSE(book.is_known(manual_sa(0x1001, std::byte{2})));
}

TEST_F(SequenceBookTest, begins_anew_with_another_key_and_keeps_the_old_row) {
  EXPECT_EQ(OneRun(path, std::byte{1}).send(2), 2U);
  EXPECT_EQ(OneRun(path, std::byte{2}).send(1), 1U);
  EXPECT_EQ(OneRun(path, std::byte{1}).send(1), ahead + 1);
}

TEST_F(SequenceBookTest, shows_no_key) {
  const OneRun run(path);
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text.find(core::to_hex(Bytes(20, std::byte{1}))), std::string::npos);
  EXPECT_NE(text.find(std::to_string(ahead)), std::string::npos);
}

TEST_F(SequenceBookTest, refuses_a_file_that_is_none_and_one_that_cannot_be_written) {
  std::ofstream(path) << "something else\n";
  EXPECT_FALSE(OneRun(path).opened);
  std::ofstream(path) << "# esplanade sequence numbers, version 1\nabc\n";
  EXPECT_FALSE(OneRun(path).opened);
  const auto blocked = folder / "folder";
  std::filesystem::create_directory(blocked);
  EXPECT_FALSE(OneRun(blocked).opened);
  const OneRun nowhere(folder / "none/numbers");
  EXPECT_TRUE(nowhere.opened);
  EXPECT_FALSE(nowhere.begun);
}

}  // namespace
}  // namespace esplanade::daemon
