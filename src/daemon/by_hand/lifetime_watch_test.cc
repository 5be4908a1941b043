#include "daemon/by_hand/lifetime_watch.h"

#include "crypto/openssl/provider.h"
#include "daemon/build_tables.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

auto connection_with(const sa::Lifetime& lifetime) -> config::Configuration {
  const sa::EspAlgorithms gcm = {.encryption = iana::EncryptionId::encr_aes_gcm_16,
                                 .key_bits = 128};
  config::Configuration configuration;
  auto& connection = configuration.manual.emplace_back();
  connection.name = "site";
  connection.lifetime = lifetime;
  connection.out.spi = core::Spi{0x1001};
  connection.in.spi = core::Spi{0x1002};
  connection.out.algorithms = connection.in.algorithms = gcm;
  connection.out.keys.encryption = sa::EncryptionKey{core::Bytes(20, std::byte{1})};
  connection.in.keys.encryption = sa::EncryptionKey{core::Bytes(20, std::byte{2})};
  return configuration;
}

auto tables_of(const config::Configuration& configuration) -> pipeline::Tables {
  return build_tables(configuration, {}, crypto::openssl::provider(), core::Time{}).value();
}

TEST(LifetimeWatch, tells_of_each_limit_once) {
  const auto configuration = connection_with({.soft_time = 10s, .hard_time = 20s});
  const auto tables = tables_of(configuration);
  LifetimeWatch watch;

  EXPECT_TRUE(watch.look(configuration, tables, core::Time{9s}).empty());
  const auto soft = watch.look(configuration, tables, core::Time{10s});
  EXPECT_TRUE(watch.look(configuration, tables, core::Time{11s}).empty());
  const auto hard = watch.look(configuration, tables, core::Time{20s});

  ASSERT_EQ(soft.size(), 2U);
  EXPECT_EQ(format_event(LogFormat::text, "lifetime", soft[0]),
            R"(lifetime name=site direction=out limit=soft meaning="new keys are due")");
  ASSERT_EQ(hard.size(), 2U);
  EXPECT_EQ(format_event(LogFormat::text, "lifetime", hard[1]),
            "lifetime name=site direction=in limit=hard "
            "meaning=\"the SA carries nothing any more\"");
}

TEST(LifetimeWatch, counts_what_an_sa_has_carried) {
  const auto configuration = connection_with({.soft_packets = 3});
  const auto tables = tables_of(configuration);
  LifetimeWatch watch;
  auto& out = tables.sad.outbound(core::SaIndex{0});

  out.usage.packets.add(2);
  EXPECT_TRUE(watch.look(configuration, tables, core::Time{}).empty());
  out.usage.packets.add(1);

  EXPECT_EQ(watch.look(configuration, tables, core::Time{}).size(), 1U);
}

}  // namespace
}  // namespace esplanade::daemon
