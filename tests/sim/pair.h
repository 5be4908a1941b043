// Two gateways that mirror each other, a and b; a has the lower address.
#pragma once

#include "tests/sim/connections.h"
#include "tests/sim/world.h"

namespace esplanade::sim {

struct PairOptions {
  NetworkOptions network;
  ike::EndpointOptions ike = World::quick();
  std::vector<ChildText> children = {{}};
  std::string secret_a = "the same on both sides";
  std::string secret_b = "the same on both sides";
  /// Changes a's connection, or b's, before it is used.
  std::function<void(policy::Connection&)> change_a = [](policy::Connection&) {};
  std::function<void(policy::Connection&)> change_b = [](policy::Connection&) {};
};

class Pair {
 public:
  explicit Pair(const PairOptions& options) : world(options.network, options.ike) {
    a = &world.add("192.0.2.1");
    b = &world.add("192.0.2.2");
    auto end_a = EndText{.name = "gw",
                         .our_address = "192.0.2.1",
                         .their_address = "192.0.2.2",
                         .our_id = "a.example",
                         .their_id = "b.example",
                         .children = options.children};
    auto end_b = EndText{.name = "gw",
                         .our_address = "192.0.2.2",
                         .their_address = "192.0.2.1",
                         .our_id = "b.example",
                         .their_id = "a.example",
                         .children = {}};
    for (const auto& child : options.children) {
      end_b.children.push_back({.name = child.name, .ours = child.theirs, .theirs = child.ours});
    }
    auto connection_a = make_connection(end_a);
    auto connection_b = make_connection(end_b);
    options.change_a(*connection_a);
    options.change_b(*connection_b);
    world.configure(*a, {connection_a}, make_credentials(options.secret_a));
    world.configure(*b, {connection_b}, make_credentials(options.secret_b));
  }

  /// a has called b, and the first child stands.
  [[nodiscard]] static auto established(const PairOptions& options) -> std::unique_ptr<Pair> {
    auto pair = std::make_unique<Pair>(options);
    pair->initiate(*pair->a);
    pair->world.run_for(2s);
    return pair;
  }

  void initiate(Gateway& gateway, const std::string& child = {}) {
    world.handle(gateway, ike::Initiate{.connection = "gw", .child = child});
  }

  /// What both told, for a test that fails.
  [[nodiscard]] auto story() const -> std::string {
    std::string text;
    for (const auto* gateway : {a, b}) {
      text += gateway->address().to_string() + ":\n";
      for (const auto& told : gateway->told()) text += to_text(told, World::origin) + "\n";
    }
    return text;
  }

  /// Both hold the same SAs, mirrored: what one sends by, the other takes, with the same keys and
  /// selectors.
  [[nodiscard]] auto is_mirrored() const -> bool { return is_taken(*a, *b) && is_taken(*b, *a); }

  World world;
  Gateway* a = nullptr;
  Gateway* b = nullptr;

 private:
  [[nodiscard]] static auto is_taken(const Gateway& from, const Gateway& to) -> bool {
    for (const auto& [id, child] : from.children()) {
      if (!child.is_active) continue;
      const auto mirrors = [&](const auto& entry) {
        const auto& in = entry.second.inbound;
        return in && in->spi == child.outbound->spi && in->protocol == child.outbound->protocol &&
               key_of(*in) == key_of(*child.outbound) &&
               in->selectors.ours == child.outbound->selectors.theirs &&
               in->selectors.theirs == child.outbound->selectors.ours;
      };
      if (std::ranges::none_of(to.children(), mirrors)) return false;
    }
    return true;
  }
};

}  // namespace esplanade::sim
