#include "daemon/build_tables.h"

#include "crypto/openssl/provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using sa::Direction;
using testing::ElementsAre;

auto manual_sa(std::uint32_t spi, std::uint8_t key) -> config::ManualSa {
  config::ManualSa made;
  made.spi = core::Spi{spi};
  made.algorithms = {.encryption = iana::EncryptionId::encr_aes_gcm_16, .key_bits = 128};
  made.keys.encryption = sa::EncryptionKey{core::Bytes(20, std::byte{key})};
  return made;
}

auto selector(const char* range) -> sa::TrafficSelector {
  return {.addresses = net::Range::parse(range).value()};
}

/// One tunnel to 10.<number>.0.0/16 with SPIs and keys made of the number.
auto tunnel(std::uint8_t number) -> config::ManualConnection {
  config::ManualConnection made;
  made.name = "site-" + std::to_string(number);
  made.ours = net::Address::parse("192.0.2.1").value();
  made.theirs = net::Address::parse("192.0.2.2").value();
  made.selectors.ours = {selector("10.0.0.0/16")};
  made.selectors.theirs = {selector(("10." + std::to_string(number) + ".0.0/16").c_str())};
  made.out = manual_sa(0x1000U + number, number);
  made.in = manual_sa(0x2000U + number, static_cast<std::uint8_t>(100 + number));
  return made;
}

template <class... Numbers>
auto tunnels(Numbers... numbers) -> config::Configuration {
  config::Configuration made;
  (made.manual.push_back(tunnel(static_cast<std::uint8_t>(numbers))), ...);
  return made;
}

TEST(FindPredecessor, wants_the_same_spi_keys_and_direction) {
  const auto before = tunnels(1, 2);

  EXPECT_EQ(find_predecessor(before, Direction::outbound, tunnel(2).out), 1U);
  EXPECT_EQ(find_predecessor(before, Direction::inbound, tunnel(1).in), 0U);
  EXPECT_EQ(find_predecessor(before, Direction::inbound, tunnel(1).out), std::nullopt);
  EXPECT_EQ(find_predecessor(before, Direction::outbound, manual_sa(0x1001, 9)), std::nullopt);
  EXPECT_EQ(find_predecessor(before, Direction::outbound, manual_sa(0x1009, 1)), std::nullopt);
}

TEST(BuildTables, lets_an_sa_with_the_same_keys_go_on_wherever_it_stands) {
  const auto before = tunnels(1, 2);
  const auto after = tunnels(3, 2);
  auto& provider = crypto::openssl::provider();
  auto running = build_tables(before, {}, provider, core::Time{}).value();
  (void)running.sad.outbound(core::SaIndex{1}).next_sequence();

  auto next = build_tables(after, before, provider, core::Time{}).value();
  continue_from(next, running);

  EXPECT_EQ(next.sad.outbound(core::SaIndex{0}).last_sequence(), core::Seq64{0});
  EXPECT_EQ(next.sad.outbound(core::SaIndex{1}).last_sequence(), core::Seq64{1});
  EXPECT_EQ(next.inbound_successions.size(), 1U);
}

// ARCH-5.1.1-02
TEST(BuildTables, follow_what_the_sender_of_a_discarded_packet_is_told) {
  auto& provider = crypto::openssl::provider();
  config::Configuration told;
  told.dataplane.tells_discards = true;

  EXPECT_EQ(build_tables({}, {}, provider, {})->discards, pipeline::DiscardAnswers::none);
  EXPECT_EQ(build_tables(told, {}, provider, {})->discards, pipeline::DiscardAnswers::icmp);
}

// ARCH-6.1-02
TEST(BuildTables, follow_which_errors_are_logged) {
  auto& provider = crypto::openssl::provider();
  config::Configuration all;
  all.dataplane.icmp_log = config::IcmpLog::all;

  EXPECT_EQ(build_tables({}, {}, provider, {})->icmp_log, pipeline::IcmpLog::path);
  EXPECT_EQ(build_tables(all, {}, provider, {})->icmp_log, pipeline::IcmpLog::all);
}

TEST(EncapPorts, are_those_of_the_connections_each_once) {
  auto configuration = tunnels(1, 2, 3);
  configuration.manual[0].encapsulation = {.ours = 4501, .theirs = 4500};
  configuration.manual[2].encapsulation = {.ours = 4501, .theirs = 4502};

  EXPECT_THAT(encap_ports(configuration), ElementsAre(4501));
  EXPECT_THAT(encap_ports(tunnels(1)), ElementsAre());
}

TEST(RoutePlan, leads_what_is_protected_at_the_other_end_into_the_tun) {
  auto configuration = tunnels(7);
  configuration.manual[0].selectors.theirs.push_back(selector("10.8.0.0-10.8.0.2"));

  std::vector<std::string> prefixes;
  for (const auto& one : route_plan(configuration)) prefixes.push_back(one.prefix.to_string());

  EXPECT_THAT(prefixes, ElementsAre("10.7.0.0/16", "10.8.0.0/31", "10.8.0.2/32"));
}

TEST(RoutePlan, keeps_our_own_network_out_of_a_wider_one_of_theirs) {
  auto configuration = tunnels(1);
  configuration.manual[0].selectors.theirs = {selector("10.0.0.0/8")};

  const auto plan = route_plan(configuration);

  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[0].prefix.to_string(), "10.0.0.0/16");
  EXPECT_EQ(plan[0].way, platform::Way::elsewhere);
  EXPECT_EQ(plan[1].way, platform::Way::tun);
}

TEST(RoutePlan, gives_local_senders_our_address_in_transport_mode_only) {
  auto configuration = tunnels(1, 2);
  configuration.manual[1].mode = sa::Mode::transport;

  const auto plan = route_plan(configuration);

  EXPECT_EQ(plan[0].preferred_source, std::nullopt);
  EXPECT_EQ(plan[1].preferred_source, configuration.manual[1].ours);
}

}  // namespace
}  // namespace esplanade::daemon
