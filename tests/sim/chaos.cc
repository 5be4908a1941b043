#include "tests/sim/chaos.h"

namespace esplanade::sim {

void Chaos::tell(std::string_view what, const std::string& whom) {
  const auto seconds = std::chrono::duration<double>(world_.now() - World::origin).count();
  story_.push_back(fmt::format("{:8.3f} {} {}", seconds, what, whom));
}

void Chaos::tell(std::string_view what, const Gateway& gateway, const std::string& whom) {
  tell(what, gateway.address().to_string() + " " + whom);
}

auto Chaos::pick_link() -> const Link& { return links_[random_.below(links_.size())]; }

auto Chaos::pick_gateway() -> Gateway& { return world_.at(random_.below(world_.size())); }

void Chaos::step() {
  act();
  send_some();
  // Mostly short, for exchanges to meet; now and then long, for lifetimes to end.
  const auto most = percent(random_, 20) ? 15'000U : percent(random_, 50) ? 2'000U : 60U;
  world_.run_for(std::chrono::milliseconds(1 + random_.below(most)));
}

void Chaos::act() {
  const auto draw = random_.below(100);
  if (draw < 15) return;
  if (draw < 55) return command(draw - 15);
  if (draw < 75) return command_both(draw - 55);
  if (!plan_.is_gentle) disrupt(draw - 75);
}

void Chaos::command(std::uint64_t draw) {
  const auto& link = pick_link();
  auto& gateway = percent(random_, 50) ? *link.a : *link.b;
  const auto& lane = link.lanes[random_.below(link.lanes.size())].name;
  if (draw < 15) {
    tell("rekey child", gateway, link.name + " " + lane);
    world_.handle(gateway, ike::Rekey{.connection = link.name, .child = lane});
  } else if (draw < 25) {
    tell("rekey ike", gateway, link.name);
    world_.handle(gateway, ike::Rekey{.connection = link.name, .child = {}});
  } else if (draw < 30) {
    tell("reauthenticate", gateway, link.name);
    world_.handle(gateway, ike::Reauthenticate{link.name});
  } else if (draw < 37) {
    tell("initiate", gateway, link.name + " " + lane);
    world_.handle(gateway, ike::Initiate{.connection = link.name, .child = lane});
  } else {
    tell("reload", gateway);
    world_.configure(gateway, gateway.connections(), gateway.credentials());
  }
}

/// Both ends do the same, or two different things, within a round trip.
void Chaos::command_both(std::uint64_t draw) {
  const auto& link = pick_link();
  const auto& lane = link.lanes[random_.below(link.lanes.size())].name;
  const auto order = [&](Gateway& gateway, std::uint64_t kind) {
    if (kind == 0) {
      tell("rekey child", gateway, link.name + " " + lane);
      world_.handle(gateway, ike::Rekey{.connection = link.name, .child = lane});
    } else if (kind == 1) {
      tell("rekey ike", gateway, link.name);
      world_.handle(gateway, ike::Rekey{.connection = link.name, .child = {}});
    } else if (!plan_.is_gentle) {
      tell("terminate", gateway, link.name + " " + lane);
      world_.handle(gateway, ike::Terminate{.connection = link.name, .child = lane});
    }
  };
  order(*link.a, draw % 3);
  world_.run_for(std::chrono::milliseconds(random_.below(8)));
  order(*link.b, draw / 3 % 3);
}

void Chaos::disrupt(std::uint64_t draw) {
  const auto& link = pick_link();
  auto& gateway = pick_gateway();
  switch (draw) {
    case 0:
    case 1:
    case 2: {
      auto& end = percent(random_, 50) ? *link.a : *link.b;
      const auto child = draw == 2 ? std::string() : link.lanes.front().name;
      tell("terminate", end, link.name + " " + child);
      return world_.handle(end, ike::Terminate{.connection = link.name, .child = child});
    }
    case 3:
    case 4: tell("kill -9 and start", gateway); return world_.restart(gateway);
    case 5:
    case 6: tell("isolate", gateway); return world_.isolate(gateway);
    case 7: tell("cut everything"); return world_.cut(true);
    case 8:
    case 9:
    case 10:
    case 11:
      tell("reconnect");
      world_.reconnect();
      return world_.cut(false);
    case 12: tell("sleep", gateway); return world_.freeze(gateway);
    case 13:
    case 14: tell("wake all"); return world_.thaw();
    case 15:
    case 16: tell("rebind the NAT"); return world_.rebind_nat();
    case 17:
      tell("clock forward");
      return world_.shift_wall(std::chrono::hours(random_.below(1000)));
    case 18: tell("clock back"); return world_.shift_wall(-std::chrono::hours(random_.below(1000)));
    case 19:
      tell("clean stop and start", gateway);
      world_.close_all(gateway);
      return world_.restart(gateway);
    default: break;
  }
  network_.loss = static_cast<double>(random_.below(51)) / 100.0;
  tell("loss", fmt::format("{}", network_.loss));
  world_.set_options(network_);
}

void Chaos::send_some() {
  for (const auto& link : links_) {
    for (const auto& lane : link.lanes) {
      if (plan_.gateways > 20 && !percent(random_, 5)) continue;
      if (percent(random_, 50)) world_.send(*link.a, lane.policy_a, lane.host_a, lane.host_b);
      if (percent(random_, 50)) world_.send(*link.b, lane.policy_b, lane.host_b, lane.host_a);
    }
  }
}

auto Chaos::send_everywhere() -> std::vector<std::uint64_t> {
  std::vector<std::uint64_t> numbers;
  for (const auto& link : links_) {
    for (const auto& lane : link.lanes) {
      numbers.push_back(world_.send(*link.a, lane.policy_a, lane.host_a, lane.host_b));
      if (!link.can_b_call && link.b->carrier(lane.policy_b) == nullptr) continue;
      numbers.push_back(world_.send(*link.b, lane.policy_b, lane.host_b, lane.host_a));
    }
  }
  return numbers;
}

void Chaos::end() {
  tell("calm");
  world_.reconnect();
  world_.cut(false);
  world_.thaw();
  world_.set_options({});
}

}  // namespace esplanade::sim
