#include "daemon/keying/child_table.h"

#include <algorithm>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;
using ipsec::LifetimeStage;

constexpr auto once_in = 1s;

/// Sequence numbers left when a successor is due, where they do not go on behind 2^32: some
/// minutes' worth at a million packets a second.
constexpr std::uint64_t numbers_in_reserve = 1U << 28;

/// By amount alone: time is kept by IKE.
auto stage_of(const sa::Lifetime& limits, const ipsec::Usage& usage) -> LifetimeStage {
  const auto octets = usage.octets.value();
  const auto packets = usage.packets.value();
  const auto reached = [](const std::optional<std::uint64_t>& limit, std::uint64_t used) {
    return limit && used >= *limit;
  };
  if (reached(limits.hard_octets, octets) || reached(limits.hard_packets, packets)) {
    return LifetimeStage::hard;
  }
  const bool is_soft = reached(limits.soft_octets, octets) || reached(limits.soft_packets, packets);
  return is_soft ? LifetimeStage::soft : LifetimeStage::fresh;
}

auto is_running_out(const ipsec::OutboundSa& sa) -> bool {
  constexpr auto last = std::uint64_t{1} << 32;
  return sa.parameters.esn == sa::Esn::no && sa.last_sequence().value > last - numbers_in_reserve;
}

auto stage_of(const ChildSas& child) -> LifetimeStage {
  auto stage = LifetimeStage::fresh;
  if (child.inbound) {
    stage = stage_of(child.inbound->parameters.lifetime, child.inbound->usage);
  }
  if (child.outbound) {
    stage = std::max(stage, stage_of(child.outbound->parameters.lifetime, child.outbound->usage));
    if (is_running_out(*child.outbound)) stage = std::max(stage, LifetimeStage::soft);
  }
  return stage;
}

void look_at_lifetime(ChildSas& child, std::vector<ike::Event>& events) {
  const auto stage = stage_of(child);
  if (stage <= child.told) return;
  child.told = stage;
  const auto limit = stage == LifetimeStage::hard ? ike::Reached::hard : ike::Reached::soft;
  events.emplace_back(ike::LifetimeReached{child.inbound->parameters.spi, limit});
}

void look_at_traffic(ChildSas& child, core::Time now, std::vector<ike::Event>& events) {
  const auto packets = child.inbound->usage.packets.value();
  if (packets == child.packets_told || now - child.traffic_told < once_in) return;
  child.packets_told = packets;
  child.traffic_told = now;
  events.emplace_back(ike::TrafficSeen{child.inbound->parameters.spi});
}

}  // namespace

auto ChildTable::find(ike::ChildId child) -> ChildSas* {
  const auto found = children_.find(child);
  return found == children_.end() ? nullptr : &found->second;
}

auto ChildTable::find(core::Spi inbound) -> ChildSas* {
  const auto found = std::ranges::find_if(children_, [&](const auto& one) {
    return one.second.inbound && one.second.inbound->parameters.spi == inbound;
  });
  return found == children_.end() ? nullptr : &found->second;
}

auto ChildTable::look(core::Time now) -> std::vector<ike::Event> {
  std::vector<ike::Event> events;
  for (auto& [id, child] : children_) {
    if (!child.inbound) continue;
    look_at_lifetime(child, events);
    look_at_traffic(child, now, events);
  }
  return events;
}

auto ChildTable::admit_move(core::Spi inbound, core::Time now) -> bool {
  auto* const child = find(inbound);
  if (child == nullptr || now - child->move_told < once_in) return false;
  child->move_told = now;
  return true;
}

}  // namespace esplanade::daemon
