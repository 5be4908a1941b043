#include "tests/sim/data_plane.h"

#include <algorithm>

namespace esplanade::sim {
namespace {

using namespace std::chrono_literals;

/// Packets held for one policy.
constexpr std::size_t most_held = 64;

/// TrafficSeen is said so often of one child at most.
constexpr core::Duration traffic_told_every = 1s;

auto path_of(const sa::SaParameters& outbound) -> net::Path {
  const auto& udp = outbound.encapsulation;
  return {.ours = {.address = outbound.ours, .port = udp ? udp->ours : std::uint16_t{0}},
          .theirs = {.address = outbound.theirs, .port = udp ? udp->theirs : std::uint16_t{0}}};
}

auto contains(const std::vector<sa::TrafficSelector>& selectors, const net::Address& address)
    -> bool {
  return std::ranges::any_of(
      selectors, [&](const auto& selector) { return selector.addresses.contains(address); });
}

auto one_address(const net::Address& address) -> sa::TrafficSelector {
  return {.addresses = net::Range(address, address), .protocol = {}, .ports = {}};
}

}  // namespace

auto key_of(const sa::SaParameters& parameters) -> std::string {
  std::string key;
  for (const auto part :
       {parameters.keys.encryption.reveal(), parameters.keys.integrity.reveal()}) {
    key.append(reinterpret_cast<const char*>(part.data()), part.size());
  }
  return key;
}

auto DataPlane::carrier(policy::PolicyId policy) const -> const InstalledChild* {
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    const auto child = children_.find(*it);
    if (child == children_.end() || !child->second.is_active) continue;
    if (child->second.policy == policy) return &child->second;
  }
  return nullptr;
}

auto DataPlane::find_carrier(policy::PolicyId policy) -> InstalledChild* {
  return const_cast<InstalledChild*>(std::as_const(*this).carrier(policy));
}

auto DataPlane::takes(core::Spi inbound) const -> bool {
  return std::ranges::any_of(children_, [&](const auto& entry) {
    return entry.second.inbound && entry.second.inbound->spi == inbound;
  });
}

void DataPlane::install_inbound(const ike::InstallInbound& action) {
  core::ensure(!takes(action.parameters->spi));
  children_[action.child].policy = action.policy;
  children_[action.child].inbound = action.parameters;
}

void DataPlane::install_outbound(const ike::InstallOutbound& action) {
  children_[action.child].outbound = action.parameters;
  children_[action.child].path = path_of(*action.parameters);
}

void DataPlane::activate(ike::ChildId child) {
  auto& active = children_.at(child);
  core::ensure(active.inbound && active.outbound);
  active.is_active = true;
  order_.push_back(child);
  for (const auto& payload : std::exchange(held_[active.policy], {})) {
    send(active.policy, payload);
  }
}

void DataPlane::deactivate(ike::ChildId child) {
  const auto it = children_.find(child);
  if (it != children_.end()) it->second.is_active = false;
}

void DataPlane::move(const ike::Move& action) {
  const auto it = children_.find(action.child);
  if (it == children_.end()) return;
  auto& path = it->second.path;
  const bool is_encapsulated = path.ours.port != 0;
  path = action.path;
  if (!is_encapsulated) path.ours.port = path.theirs.port = 0;
}

void DataPlane::drop_held(policy::PolicyId policy) {
  dropped_.push_back(policy);
  for (const auto& payload : std::exchange(held_[policy], {})) given_up_.insert(payload.number);
}

void DataPlane::clear() {
  children_.clear();
  order_.clear();
  for (const auto& [policy, queue] : held_) {
    for (const auto& payload : queue) given_up_.insert(payload.number);
  }
  held_.clear();
  events_.clear();
}

auto DataPlane::held() const -> std::size_t {
  std::size_t count = 0;
  for (const auto& [policy, queue] : held_) count += queue.size();
  return count;
}

void DataPlane::send(policy::PolicyId policy, const Payload& payload) {
  auto* child = find_carrier(policy);
  if (child != nullptr && child->limits_told < 2) return seal(*child, payload);
  auto& queue = held_[policy];
  if (queue.size() >= most_held) {
    given_up_.insert(payload.number);
    return;
  }
  queue.push_back(payload);
  events_.emplace_back(ike::Acquire{.policy = policy,
                                    .ours = one_address(payload.source),
                                    .theirs = one_address(payload.destination)});
}

void DataPlane::seal(InstalledChild& child, const Payload& payload) {
  outgoing_.push_back({.path = child.path,
                       .packet = {.spi = child.outbound->spi,
                                  .key = key_of(*child.outbound),
                                  .sequence = ++child.sent,
                                  .payload = payload}});
  look_at_limits(child);
}

void DataPlane::look_at_limits(InstalledChild& child) {
  const auto& lifetime = child.outbound->lifetime;
  const bool is_hard = lifetime.hard_packets && child.sent >= *lifetime.hard_packets;
  const bool is_soft = lifetime.soft_packets && child.sent >= *lifetime.soft_packets;
  const std::uint8_t stage = is_hard ? 2 : is_soft ? 1 : 0;
  if (stage <= child.limits_told) return;
  child.limits_told = stage;
  events_.emplace_back(
      ike::LifetimeReached{child.inbound->spi, is_hard ? ike::Reached::hard : ike::Reached::soft});
}

auto DataPlane::take(const EspPacket& packet, const net::Path& path, core::Time now) -> Taken {
  const auto it = std::ranges::find_if(children_, [&](const auto& entry) {
    return entry.second.inbound && entry.second.inbound->spi == packet.spi;
  });
  if (it == children_.end()) {
    events_.emplace_back(ike::StrayEsp{path, packet.spi});
    return Taken::stray;
  }
  auto& child = it->second;
  if (key_of(*child.inbound) != packet.key) return Taken::refused;
  if (!child.seen.insert(packet.sequence).second) return Taken::replayed;
  const auto& selectors = child.inbound->selectors;
  const bool is_allowed = contains(selectors.theirs, packet.payload.source) &&
                          contains(selectors.ours, packet.payload.destination);
  core::ensure(is_allowed);
  if (!child.traffic_told || now - *child.traffic_told >= traffic_told_every) {
    child.traffic_told = now;
    events_.emplace_back(ike::TrafficSeen{packet.spi});
  }
  const bool has_moved = child.path.theirs.port != 0 && child.path.theirs != path.theirs;
  if (has_moved) events_.emplace_back(ike::PeerMoved{packet.spi, path.theirs});
  opened_.push_back(packet.payload);
  return Taken::opened;
}

}  // namespace esplanade::sim
