#include "tests/sim/world.h"

#include <fmt/format.h>

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

auto Ledger::lost() const -> std::vector<std::uint64_t> {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, one] : sent) {
    if (!delivered.contains(number)) numbers.push_back(number);
  }
  return numbers;
}

auto Ledger::describe(std::uint64_t number) const -> std::string {
  const auto& one = sent.at(number);
  return fmt::format("packet {} of {}, sent at {:.3f}{}", number, one.payload.source.to_string(),
                     std::chrono::duration<double>(one.at - World::origin).count(),
                     strayed.contains(number) ? ", met no SA," : "");
}

auto World::add(std::string_view address) -> Gateway& {
  gateways_.push_back(
      std::make_unique<Gateway>(*net::Address::parse(address), random_.next(), ike_));
  return *gateways_.back();
}

auto World::find(const net::Address& address) const -> const Gateway* {
  const auto it = std::ranges::find_if(
      gateways_, [&](const auto& gateway) { return gateway->address() == address; });
  return it == gateways_.end() ? nullptr : it->get();
}

void World::configure(Gateway& gateway, std::vector<policy::ConnectionPtr> connections,
                      std::shared_ptr<const policy::Credentials> credentials) {
  gateway.configure(std::move(connections), std::move(credentials), clock());
  collect(gateway);
}

void World::handle(Gateway& gateway, const ike::Event& event) {
  gateway.handle(event, clock());
  collect(gateway);
}

void World::restart(Gateway& gateway) {
  gateway.restart(clock());
  collect(gateway);
}

void World::close_all(Gateway& gateway) {
  gateway.close_all(clock());
  collect(gateway);
}

auto World::send(Gateway& gateway, policy::PolicyId policy, const net::Address& source,
                 const net::Address& destination) -> std::uint64_t {
  const auto number = ++packets_;
  const auto payload = Payload{.number = number, .source = source, .destination = destination};
  ledger_.sent[number] = {.at = now_, .payload = payload};
  gateway.data().send(policy, payload);
  collect(gateway);
  return number;
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

auto World::is_lost(const Gateway& sender) -> bool {
  return is_cut_ || is_away(sender) || chance(options_.loss);
}

/// What an event has made a gateway do: its packets take wing, and its data plane's news are events
/// of their own.
void World::collect(Gateway& gateway) {
  while (true) {
    for (auto& key : gateway.take_keys()) {
      if (!keys_.insert(std::move(key)).second) has_reused_key_ = true;
    }
    for (auto& datagram : gateway.take_sent()) {
      if (is_lost(gateway) || !filter(datagram)) continue;
      if (chance(options_.duplication)) launch(datagram.path, datagram.message);
      launch(datagram.path, std::move(datagram.message));
    }
    collect_data(gateway);
    const auto events = gateway.data().take_events();
    if (events.empty()) return;
    for (const auto& event : events) gateway.handle(event, clock());
  }
}

void World::collect_data(Gateway& gateway) {
  for (auto& outgoing : gateway.data().take_outgoing()) {
    if (is_lost(gateway)) continue;
    if (chance(options_.duplication)) launch(outgoing.path, outgoing.packet);
    launch(outgoing.path, std::move(outgoing.packet));
  }
  for (const auto& payload : gateway.data().take_opened()) {
    core::ensure(ledger_.delivered.insert(payload.number).second);
  }
}

void World::inject(ike::Send datagram) { launch(datagram.path, std::move(datagram.message)); }

void World::launch(const net::Path& path, std::variant<core::Bytes, EspPacket> what) {
  flying_.push(
      {.arrival = now_ + delay(), .number = ++launched_, .path = path, .what = std::move(what)});
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
    // A NAT knows ports; bare ESP has none.
    if (path.ours.port == 0) return std::nullopt;
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
  const auto path = translate(flying.path);
  if (!path) return;
  for (auto& gateway : gateways_) {
    if (gateway->address() != path->theirs.address || is_away(*gateway)) continue;
    return deliver_to(*gateway, {.ours = path->theirs, .theirs = path->ours}, flying);
  }
}

void World::deliver_to(Gateway& gateway, const net::Path& path, const Flying& flying) {
  if (const auto* message = std::get_if<core::Bytes>(&flying.what)) {
    return handle(gateway, ike::Datagram{.path = path, .message = *message});
  }
  const auto& packet = std::get<EspPacket>(flying.what);
  const auto taken = gateway.data().take(packet, path, now_);
  if (taken != DataPlane::Taken::opened && taken != DataPlane::Taken::replayed) {
    ledger_.strayed.insert(packet.payload.number);
  }
  collect(gateway);
}

auto World::next_deadline() const -> std::optional<core::Time> {
  std::optional<core::Time> next;
  for (const auto& gateway : gateways_) {
    if (frozen_.contains(gateway.get())) continue;
    const auto deadline = std::as_const(*gateway).next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

void World::tick_due() {
  for (auto& gateway : gateways_) {
    const auto due = gateway->next_deadline();
    if (due && *due <= now_ && !frozen_.contains(gateway.get())) handle(*gateway, ike::Tick{});
  }
}

void World::run_for(core::Duration duration) {
  // A deadline that does not go away would stop the clock.
  constexpr std::uint64_t most_steps_at_once = 20'000;
  const auto end = now_ + duration;
  while (true) {
    const auto deadline = next_deadline();
    const bool flies_first = !flying_.empty() && (!deadline || flying_.top().arrival <= *deadline);
    const auto next = flies_first ? std::optional(flying_.top().arrival) : deadline;
    if (!next || *next > end) break;
    steps_at_once_ = *next > now_ ? 0 : steps_at_once_ + 1;
    core::ensure(steps_at_once_ < most_steps_at_once);
    now_ = std::max(now_, *next);
    if (flies_first) {
      const auto flying = flying_.top();
      flying_.pop();
      deliver(flying);
    } else {
      tick_due();
    }
  }
  now_ = end;
}

}  // namespace esplanade::sim
