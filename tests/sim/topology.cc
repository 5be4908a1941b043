#include "tests/sim/topology.h"

namespace esplanade::sim {
namespace {

/// Room for the children of a link in the numbers of policies.
constexpr std::uint32_t policies_a_link = 8;

auto seconds(std::uint64_t least, std::uint64_t most, test::SeededRandom& random)
    -> core::Duration {
  return std::chrono::seconds(least + random.below(most - least + 1));
}

/// What both ends of a link have alike, though lifetimes are each end's own.
struct Taste {
  std::size_t lanes = 1;
  bool has_pfs = false;
};

void set_child_limits(policy::Limits& limits, test::SeededRandom& random) {
  if (percent(random, 60)) {
    limits.rekey_time = seconds(40, 200, random);
    limits.life_time = *limits.rekey_time + 60s;
    limits.rand_time = *limits.rekey_time / 10;
  }
  if (percent(random, 15)) {
    limits.rekey_packets = 20 + random.below(60);
    limits.life_packets = *limits.rekey_packets + 60;
    limits.rand_packets = 10;
  }
}

auto draw_start(test::SeededRandom& random) -> policy::StartAction {
  return percent(random, 50) ? policy::StartAction::start : policy::StartAction::trap;
}

auto draw_end(std::uint64_t often, test::SeededRandom& random) -> policy::EndAction {
  return percent(random, often) ? policy::EndAction::start : policy::EndAction::none;
}

auto draw_uniqueness(test::SeededRandom& random) -> policy::Uniqueness {
  using policy::Uniqueness;
  const auto draw = random.below(100);
  if (draw < 70) return Uniqueness::no;
  if (draw < 85) return Uniqueness::replace;
  return draw < 95 ? Uniqueness::never : Uniqueness::keep;
}

void set_manners(policy::Connection& connection, const Taste& taste, test::SeededRandom& random) {
  connection.uniqueness = draw_uniqueness(random);
  connection.dpd_delay = seconds(5, 20, random);
  if (percent(random, 50)) {
    connection.rekey_time = seconds(60, 300, random);
    connection.rand_time = *connection.rekey_time / 10;
  }
  if (percent(random, 15)) connection.reauth_time = seconds(60, 300, random);
  connection.over_time = 60s;  // from whichever of them there is
  if (percent(random, 10)) connection.forces_encapsulation = true;
  for (auto& child : connection.children) {
    set_child_limits(child.limits, random);
    child.start_action = draw_start(random);
    child.close_action = draw_end(20, random);
    child.dpd_action = draw_end(30, random);
    if (!taste.has_pfs) continue;
    child.proposals.front().transforms.push_back(sa::transform(iana::KeyExchangeId::curve25519));
  }
}

auto subnet(std::size_t side, std::size_t link, std::size_t lane) -> std::string {
  return fmt::format("10.{}.{}.0/24", side + lane, link);
}

auto host(std::size_t side, std::size_t link, std::size_t lane) -> net::Address {
  return *net::Address::parse(fmt::format("10.{}.{}.7", side + lane, link));
}

constexpr std::size_t side_a = 0, side_b = 100;

auto lanes_of(std::size_t link, const Taste& taste) -> std::vector<Lane> {
  std::vector<Lane> lanes;
  for (std::size_t i = 0; i < taste.lanes; ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    lanes.push_back(
        {.name = fmt::format("net{}", i),
         .policy_a = policy::PolicyId{1 + number},
         .policy_b =
             policy::PolicyId{1 + number + policies_a_link * static_cast<std::uint32_t>(link)},
         .host_a = host(side_a, link, i),
         .host_b = host(side_b, link, i)});
  }
  return lanes;
}

/// The side of a spoke, which can always call.
auto end_a(const Link& link, std::size_t number) -> EndText {
  EndText end{.name = link.name,
              .our_address = link.a->address().to_string(),
              .their_address = link.b->address().to_string(),
              .our_id = fmt::format("spoke{}.example", number),
              .their_id = "hub.example",
              .children = {}};
  for (std::size_t i = 0; i < link.lanes.size(); ++i) {
    end.children.push_back({.name = link.lanes[i].name,
                            .ours = subnet(side_a, number, i),
                            .theirs = subnet(side_b, number, i)});
  }
  return end;
}

auto end_b(const Link& link, std::size_t number) -> EndText {
  auto end = end_a(link, number);
  std::swap(end.our_id, end.their_id);
  std::swap(end.our_address, end.their_address);
  if (!link.can_b_call) end.their_address.clear();
  for (auto& child : end.children) std::swap(child.ours, child.theirs);
  end.first_policy = std::to_underlying(link.lanes.front().policy_b);
  return end;
}

}  // namespace

auto draw_plan(test::SeededRandom& random) -> Plan {
  Plan plan;
  const auto draw = random.below(1000);
  if (draw < 2) {
    plan.gateways = 100;
  } else if (draw < 200) {
    plan.gateways = 3 + random.below(5);
  }
  plan.is_behind_nat = plan.gateways < 20 && percent(random, 20);
  plan.is_gentle = percent(random, 30);
  return plan;
}

auto draw_options(const Plan& plan, test::SeededRandom& random) -> ike::EndpointOptions {
  auto options = World::quick();
  options.retransmit_jitter = percent(random, 50) ? 0.2 : 0.0;
  options.window = percent(random, 30) ? 2 + static_cast<std::uint32_t>(random.below(4)) : 1;
  options.fragment_size = percent(random, 30) ? 200 : 1280;
  options.cookie_threshold = percent(random, 20) ? 0 : 30;
  options.checks_pfs = percent(random, 20);
  options.block_threshold = plan.is_behind_nat ? 20 : 5;
  return options;
}

auto draw_network(const Plan& plan, std::uint64_t seed, test::SeededRandom& random)
    -> NetworkOptions {
  NetworkOptions network{.seed = seed};
  if (!plan.is_gentle && percent(random, 60)) {
    network.loss = static_cast<double>(random.below(51)) / 100.0;
  }
  if (percent(random, 50)) network.duplication = static_cast<double>(random.below(31)) / 100.0;
  if (percent(random, 60)) network.most_delay = std::chrono::milliseconds(5 + random.below(300));
  return network;
}

auto build(World& world, const Plan& plan, test::SeededRandom& random) -> std::vector<Link> {
  auto& hub = world.add("192.0.2.200");
  std::vector<policy::ConnectionPtr> of_hub;
  std::vector<Link> links;
  const auto nat = *net::Address::parse("198.51.100.1");
  for (std::size_t i = 0; i + 1 < plan.gateways; ++i) {
    auto& spoke = world.add(plan.is_behind_nat ? fmt::format("172.16.0.{}", i + 1)
                                               : fmt::format("192.0.2.{}", i + 1));
    if (plan.is_behind_nat) world.put_behind_nat(spoke.address(), nat);
    const auto taste = Taste{.lanes = percent(random, 60) ? 1 : 2 + random.below(2),
                             .has_pfs = percent(random, 25)};
    links.push_back({.a = &spoke,
                     .b = &hub,
                     .name = fmt::format("link{}", i),
                     .can_b_call = !plan.is_behind_nat,
                     .lanes = lanes_of(i, taste)});
    const auto& link = links.back();
    auto at_spoke = make_connection(end_a(link, i));
    auto at_hub = make_connection(end_b(link, i));
    set_manners(*at_spoke, taste, random);
    set_manners(*at_hub, taste, random);
    of_hub.push_back(std::move(at_hub));
    world.configure(spoke, {std::move(at_spoke)}, make_credentials("a secret of all"));
  }
  world.configure(hub, std::move(of_hub), make_credentials("a secret of all"));
  return links;
}

}  // namespace esplanade::sim
