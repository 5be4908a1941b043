#include "tests/sim/world.h"

#include <algorithm>

namespace esplanade::sim {

auto World::quick() -> ike::EndpointOptions {
  ike::EndpointOptions options;
  options.retransmit_first = 500ms;
  options.retransmit_base = 2.0;
  options.retransmit_tries = 6;
  options.retransmit_jitter = 0.0;
  options.checks_pfs = false;
  return options;
}

auto World::add(std::string_view address) -> Gateway& {
  gateways_.push_back(
      std::make_unique<Gateway>(*net::Address::parse(address), random_.next(), ike_));
  return *gateways_.back();
}

void World::configure(Gateway& gateway, std::vector<policy::ConnectionPtr> connections,
                      std::shared_ptr<const policy::Credentials> credentials) {
  gateway.configure(std::move(connections), std::move(credentials), now_, wall());
  collect(gateway);
}

void World::handle(Gateway& gateway, const ike::Event& event) {
  gateway.handle(event, now_, wall());
  collect(gateway);
}

void World::restart(Gateway& gateway) {
  gateway.restart(now_, wall());
  collect(gateway);
}

auto World::chance(double probability) -> bool {
  return probability > 0.0 && static_cast<double>(random_.below(1'000'000)) < probability * 1e6;
}

auto World::delay() -> core::Duration {
  const auto spread = (options_.most_delay - options_.least_delay).count();
  if (spread <= 0) return options_.least_delay;
  const auto extra = random_.below(static_cast<std::uint64_t>(spread));
  return options_.least_delay + core::Duration{static_cast<std::int64_t>(extra)};
}

void World::collect(Gateway& gateway) {
  for (auto& datagram : gateway.take_sent()) {
    if (is_cut_ || !filter(datagram) || chance(options_.loss)) continue;
    if (chance(options_.duplication)) launch(datagram);
    launch(std::move(datagram));
  }
}

void World::launch(ike::Send datagram) {
  flying_.push({.arrival = now_ + delay(), .number = ++launched_, .datagram = std::move(datagram)});
}

void World::put_behind_nat(const net::Address& inside, const net::Address& outside) {
  nats_[inside] = outside;
}

void World::rebind_nat() {
  nat_out_.clear();
  nat_back_.clear();
}

auto World::translate(net::Path path) -> std::optional<net::Path> {
  if (const auto nat = nats_.find(path.ours.address); nat != nats_.end()) {
    auto& outside = nat_out_[path.ours];
    if (outside == net::Endpoint{}) {
      outside = {.address = nat->second, .port = next_nat_port_++};
      nat_back_[outside] = path.ours;
    }
    path.ours = outside;
  }
  const bool is_to_nat = std::ranges::any_of(
      nats_, [&](const auto& entry) { return entry.second == path.theirs.address; });
  if (!is_to_nat) return path;
  const auto inside = nat_back_.find(path.theirs);
  if (inside == nat_back_.end()) return std::nullopt;
  path.theirs = inside->second;
  return path;
}

void World::deliver(const Flying& flying) {
  const auto path = translate(flying.datagram.path);
  if (!path) return;
  for (auto& gateway : gateways_) {
    if (gateway->address() != path->theirs.address) continue;
    const auto seen = net::Path{.ours = path->theirs, .theirs = path->ours};
    return handle(*gateway, ike::Datagram{.path = seen, .message = flying.datagram.message});
  }
}

auto World::next_deadline() const -> std::optional<core::Time> {
  std::optional<core::Time> next;
  for (const auto& gateway : gateways_) {
    const auto deadline = std::as_const(*gateway).next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

void World::run_for(core::Duration duration) {
  const auto end = now_ + duration;
  while (true) {
    const auto deadline = next_deadline();
    const bool flies_first =
        !flying_.empty() && (!deadline || flying_.top().arrival <= *deadline);
    const auto next = flies_first ? std::optional(flying_.top().arrival) : deadline;
    if (!next || *next > end) break;
    now_ = std::max(now_, *next);
    if (flies_first) {
      const auto flying = flying_.top();
      flying_.pop();
      deliver(flying);
      continue;
    }
    for (auto& gateway : gateways_) {
      const auto due = gateway->next_deadline();
      if (due && *due <= now_) handle(*gateway, ike::Tick{});
    }
  }
  now_ = end;
}

}  // namespace esplanade::sim
