// Address translation: detection, port 4500, peers whose address changes, several clients behind
// one NAT, transport mode (RFC 7296, 2.11, 2.23 and 2.23.1).
#include "sa/proposal_text.h"
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

constexpr auto net = policy::PolicyId{1};

const auto nat = *net::Address::parse("198.51.100.1");

/// Clients behind one NAT and a server that takes anybody.
class Clients {
 public:
  explicit Clients(std::size_t count, const std::function<void(policy::Connection&)>& change = {},
                   NetworkOptions network = {})
      : world(network) {
    server = &world.add("192.0.2.200");
    auto at_server = std::vector<policy::ConnectionPtr>{};
    for (std::size_t i = 0; i < count; ++i) {
      auto& client = world.add(fmt::format("172.16.0.{}", i + 1));
      world.put_behind_nat(client.address(), nat);
      clients.push_back(&client);
      const auto id = fmt::format("client{}.example", i);
      auto ours = make_connection({.name = "server",
                                   .our_address = client.address().to_string(),
                                   .their_address = "192.0.2.200",
                                   .our_id = id,
                                   .their_id = "server.example",
                                   .children = {{.ours = fmt::format("10.1.{}.0/24", i)}}});
      auto theirs = make_connection(
          {.name = id,
           .our_address = "192.0.2.200",
           .our_id = "server.example",
           .their_id = id,
           .children = {{.ours = "10.2.0.0/16", .theirs = fmt::format("10.1.{}.0/24", i)}},
           .first_policy = static_cast<std::uint32_t>(i + 1)});
      if (change) {
        change(*ours);
        change(*theirs);
      }
      at_server.push_back(std::move(theirs));
      world.configure(client, {std::move(ours)}, make_credentials("secret"));
    }
    world.configure(*server, std::move(at_server), make_credentials("secret"));
  }

  void establish() {
    for (auto* client : clients) {
      world.handle(*client, ike::Initiate{.connection = "server", .child = {}});
    }
    world.run_for(20s);
  }
  auto send_out(std::size_t i) -> std::uint64_t {
    return world.send(*clients[i], net, host(i), *net::Address::parse("10.2.0.7"));
  }
  auto send_back(std::size_t i) -> std::uint64_t {
    return world.send(*server, policy::PolicyId{static_cast<std::uint32_t>(i + 1)},
                      *net::Address::parse("10.2.0.7"), host(i));
  }
  [[nodiscard]] auto has(std::uint64_t number) const -> bool {
    return world.ledger().delivered.contains(number);
  }

  World world;
  Gateway* server = nullptr;
  std::vector<Gateway*> clients;

 private:
  static auto host(std::size_t i) -> net::Address {
    return *net::Address::parse(fmt::format("10.1.{}.7", i));
  }
};

TEST(Nat, is_found_and_moves_both_to_port_4500_and_into_udp) {
  Clients scene(1);
  scene.establish();

  const auto client = scene.clients.front()->endpoint().status().front();
  EXPECT_EQ(client.path.ours.port, 4500);
  EXPECT_EQ(client.path.theirs.port, 4500);
  const auto server = scene.server->endpoint().status().front();
  EXPECT_EQ(server.path.ours.port, 4500);
  EXPECT_EQ(server.path.theirs.address, nat);
  const auto& child = scene.server->children().begin()->second;
  ASSERT_TRUE(child.outbound->encapsulation);
  EXPECT_EQ(child.outbound->encapsulation->theirs, server.path.theirs.port);
  const auto out = scene.send_out(0);
  const auto back = scene.send_back(0);
  scene.world.run_for(1s);
  EXPECT_TRUE(scene.has(out));
  EXPECT_TRUE(scene.has(back));
}

TEST(Nat, may_have_many_clients_behind_it) {
  Clients scene(12);
  scene.establish();
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < 12; ++i) {
    numbers.push_back(scene.send_out(i));
    numbers.push_back(scene.send_back(i));
  }
  scene.world.run_for(5s);
  for (const auto number : numbers) EXPECT_TRUE(scene.has(number)) << number;
  EXPECT_EQ(scene.server->endpoint().status().size(), 12U);
}

TEST(Nat, that_forgets_its_mapping_is_followed_by_the_first_packet_of_the_client) {
  Clients scene(2);
  scene.establish();
  scene.world.rebind_nat();
  const auto lost = scene.send_back(0);
  scene.world.run_for(1s);
  EXPECT_FALSE(scene.has(lost));

  const auto out = scene.send_out(0);
  scene.world.run_for(1s);
  const auto back = scene.send_back(0);
  scene.world.run_for(1s);
  EXPECT_TRUE(scene.has(out));
  EXPECT_TRUE(scene.has(back));
}

TEST(Nat, that_forgets_its_mapping_is_followed_by_the_first_message_of_ike_as_well) {
  Clients scene(1);
  scene.establish();
  const auto before = scene.server->endpoint().status().front().path;
  scene.world.rebind_nat();
  scene.world.handle(*scene.clients.front(), ike::Rekey{.connection = "server", .child = "net"});
  scene.world.run_for(1s);

  EXPECT_NE(scene.server->endpoint().status().front().path, before);
  EXPECT_EQ(scene.server->count("child_rekeyed"), 1U);
  EXPECT_THAT(disagreements(scene.world), testing::SizeIs(0));
  const auto back = scene.send_back(0);
  scene.world.run_for(1s);
  EXPECT_TRUE(scene.has(back));
}

TEST(Nat, is_no_reason_for_the_one_behind_it_to_follow_others) {
  Clients scene(1);
  scene.establish();
  auto& client = *scene.clients.front();
  const auto path = client.endpoint().status().front().path;
  scene.world.handle(client,
                     ike::PeerMoved{.inbound = client.carrier(net)->inbound->spi,
                                    .theirs = {*net::Address::parse("203.0.113.66"), 4500}});
  EXPECT_EQ(client.endpoint().status().front().path, path);
}

// The answer goes to where the request came from, whatever path the IKE SA has (RFC 7296, 2.11).
TEST(Answer, goes_to_where_the_request_came_from) {
  auto pair = Pair::established({});
  std::vector<ike::Send> requests, answers;
  pair->world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    (header.is_response ? answers : requests).push_back(sent);
    return false;
  };
  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = "net"});
  ASSERT_EQ(requests.size(), 1U);
  const auto first = net::Endpoint{*net::Address::parse("203.0.113.1"), 4501};
  const auto second = net::Endpoint{*net::Address::parse("203.0.113.2"), 4502};
  for (const auto& from : {first, second}) {
    pair->world.handle(*pair->b,
                       ike::Datagram{.path = {.ours = requests[0].path.theirs, .theirs = from},
                                     .message = requests[0].message});
  }

  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].path.theirs, first);
  EXPECT_EQ(answers[1].path.theirs, second);
  EXPECT_EQ(answers[0].message, answers[1].message);
  // Only what is fresh moves the IKE SA (RFC 7296, 2.23).
  EXPECT_EQ(pair->b->endpoint().status().front().path.theirs, first);
}

TEST(Reauthentication, of_a_client_by_the_server_goes_through_its_nat) {
  Clients scene(1);
  scene.establish();
  const auto before = scene.server->endpoint().status().front().spis;
  scene.world.handle(*scene.server, ike::Reauthenticate{"client0.example"});
  scene.world.run_for(60s);

  ASSERT_EQ(scene.server->endpoint().status().size(), 1U);
  EXPECT_NE(scene.server->endpoint().status().front().spis, before);
  EXPECT_THAT(disagreements(scene.world), testing::SizeIs(0));
}

void use_transport(policy::Connection& connection) {
  auto& child = connection.children.front();
  child.mode = sa::Mode::transport;
  child.ours = {{.addresses = {}, .protocol = {}, .ports = {}}};  // dynamic
  child.theirs = {{.addresses = {}, .protocol = {}, .ports = {}}};
}

TEST(TransportMode, through_a_nat_speaks_of_the_addresses_each_end_sees) {
  Clients scene(1, use_transport);
  scene.establish();

  ASSERT_EQ(scene.clients.front()->children().size(), 1U);
  const auto& client = scene.clients.front()->children().begin()->second.outbound;
  const auto& server = scene.server->children().begin()->second.outbound;
  EXPECT_EQ(client->mode, sa::Mode::transport);
  EXPECT_EQ(server->mode, sa::Mode::transport);
  EXPECT_EQ(client->selectors.ours.front().addresses, *net::Range::parse("172.16.0.1"));
  EXPECT_EQ(client->selectors.theirs.front().addresses, *net::Range::parse("192.0.2.200"));
  EXPECT_EQ(server->selectors.theirs.front().addresses, net::Range(nat, nat));
  EXPECT_EQ(server->selectors.ours.front().addresses, *net::Range::parse("192.0.2.200"));
}

// AH covers addresses that the NAT changes, and stands in no UDP: better no child than a dead one.
TEST(Nat, is_no_way_for_ah) {
  Clients scene(1, [](policy::Connection& connection) {
    connection.children.front().proposals = {
        sa::parse_proposal(iana::SecurityProtocol::ah, "sha256").value()};
  });
  scene.establish();

  EXPECT_EQ(scene.server->endpoint().status().size(), 1U);
  EXPECT_TRUE(scene.server->children().empty());
  EXPECT_TRUE(scene.clients.front()->children().empty());
  const auto tells_of_nat = [](const auto& told) {
    return to_text(told, World::origin).find("AH does not pass it") != std::string::npos;
  };
  EXPECT_TRUE(std::ranges::any_of(scene.server->told(), tells_of_nat));
}

TEST(TransportMode, that_the_peer_declines_makes_no_child) {
  Pair pair({.change_a = use_transport, .change_b = [](policy::Connection& connection) {
               use_transport(connection);
               connection.children.front().mode = sa::Mode::tunnel;
             }});
  pair.initiate(*pair.a, "net");
  pair.world.run_for(20s);
  EXPECT_TRUE(pair.a->children().empty());
  EXPECT_TRUE(pair.b->children().empty()) << pair.story();  // it was told to delete its own
}

TEST(ForcedEncapsulation, makes_both_believe_in_a_nat) {
  Pair pair({.change_a = [](policy::Connection& c) { c.forces_encapsulation = true; }});
  pair.initiate(*pair.a, "net");
  pair.world.run_for(1s);

  ASSERT_EQ(pair.b->children().size(), 1U);
  EXPECT_TRUE(pair.b->children().begin()->second.outbound->encapsulation);
  EXPECT_TRUE(pair.a->children().begin()->second.outbound->encapsulation);
  EXPECT_EQ(pair.a->endpoint().status().front().path.theirs.port, 4500);
}

}  // namespace
}  // namespace esplanade::sim
