// A NAT in the middle, in front of the initiator (RFC 7296, 2.23).
#include "tests/sim/connections.h"
#include "tests/sim/world.h"

#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

const auto inside = *net::Address::parse("10.0.0.2");
const auto outside = *net::Address::parse("203.0.113.1");

struct BehindNat {
  explicit BehindNat(sa::Mode mode = sa::Mode::tunnel) : world({}, World::quick()) {
    client = &world.add("10.0.0.2");
    server = &world.add("192.0.2.1");
    world.put_behind_nat(inside, outside);
    auto from = make_connection({.name = "gw",
                                 .our_address = "10.0.0.2",
                                 .their_address = "192.0.2.1",
                                 .our_id = "client.example",
                                 .their_id = "server.example",
                                 .children = {{.ours = "10.1.0.0/16", .theirs = "10.2.0.0/16"}}});
    auto to = make_connection({.name = "gw",
                               .our_address = "192.0.2.1",
                               .their_address = "",
                               .our_id = "server.example",
                               .their_id = "client.example",
                               .children = {{.ours = "10.2.0.0/16", .theirs = "10.1.0.0/16"}}});
    if (mode == sa::Mode::transport) {
      for (auto* connection : {from.get(), to.get()}) {
        auto& child = connection->children.front();
        child.mode = mode;
        child.ours = child.theirs = {policy::SelectorTemplate{}};  // dynamic
      }
    }
    world.configure(*client, {from}, make_credentials("secret"));
    world.configure(*server, {to}, make_credentials("secret"));
    world.handle(*client, ike::Initiate{.connection = "gw", .child = ""});
    world.run_for(2s);
  }

  [[nodiscard]] static auto path_of(Gateway& gateway) -> net::Path {
    const auto status = gateway.endpoint().status();
    return status.empty() ? net::Path{} : status.front().path;
  }
  [[nodiscard]] static auto child_of(const Gateway& gateway) -> const InstalledChild* {
    return gateway.carrier(policy::PolicyId{1});
  }

  World world;
  Gateway* client = nullptr;
  Gateway* server = nullptr;
};

TEST(NatLayout, moves_ike_and_esp_into_udp_at_port_4500) {
  BehindNat nat;

  EXPECT_EQ(BehindNat::path_of(*nat.client).ours.port, 4500);
  EXPECT_EQ(BehindNat::path_of(*nat.client).theirs.port, 4500);
  const auto seen = BehindNat::path_of(*nat.server);
  EXPECT_EQ(seen.ours.port, 4500);
  EXPECT_EQ(seen.theirs.address, outside);
  for (const auto* gateway : {nat.client, nat.server}) {
    const auto* child = BehindNat::child_of(*gateway);
    ASSERT_NE(child, nullptr);
    ASSERT_TRUE(child->outbound->encapsulation);
    EXPECT_EQ(child->outbound->encapsulation->ours, 4500);
  }
  // Answers and ESP go to the port that was seen, whatever it is.
  EXPECT_EQ(BehindNat::child_of(*nat.server)->outbound->encapsulation->theirs, seen.theirs.port);
}

TEST(NatLayout, that_forgets_its_mapping_is_followed_with_the_next_authentic_message) {
  BehindNat nat;
  const auto before = BehindNat::path_of(*nat.server).theirs;
  nat.world.rebind_nat();
  nat.world.handle(*nat.client, ike::Rekey{.connection = "gw", .child = "net"});
  nat.world.run_for(2s);

  const auto after = BehindNat::path_of(*nat.server).theirs;
  EXPECT_EQ(after.address, outside);
  EXPECT_NE(after.port, before.port);
  EXPECT_NE(BehindNat::child_of(*nat.client), nullptr);
}

TEST(NatLayout, keeps_the_end_behind_it_from_following_the_other) {
  BehindNat nat;
  const auto before = BehindNat::path_of(*nat.client);
  nat.world.handle(
      *nat.client,
      ike::PeerMoved{.inbound = BehindNat::child_of(*nat.client)->inbound->spi,
                     .theirs = {.address = *net::Address::parse("198.51.100.7"), .port = 4500}});

  EXPECT_EQ(BehindNat::path_of(*nat.client), before);
}

TEST(NatLayout, has_transport_mode_speak_of_the_addresses_that_packets_bear) {
  BehindNat nat(sa::Mode::transport);

  const auto* at_client = BehindNat::child_of(*nat.client);
  const auto* at_server = BehindNat::child_of(*nat.server);
  ASSERT_NE(at_client, nullptr);
  ASSERT_NE(at_server, nullptr);
  EXPECT_EQ(at_client->outbound->mode, sa::Mode::transport);
  EXPECT_EQ(at_server->outbound->mode, sa::Mode::transport);
  EXPECT_EQ(at_client->outbound->selectors.ours.front().addresses, net::Range(inside, inside));
  EXPECT_EQ(at_server->outbound->selectors.theirs.front().addresses, net::Range(outside, outside));
}

}  // namespace
}  // namespace esplanade::sim
