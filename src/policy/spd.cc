#include "policy/spd.h"

#include <algorithm>
#include <utility>

namespace esplanade::policy {
namespace {

auto dscp_of(const net::Datagram& packet) noexcept -> std::size_t { return packet.tos >> 2; }

auto holds_outbound(const Entry& entry, const net::Datagram& packet) noexcept -> bool {
  return holds(entry.sides, sa::Direction::outbound) && entry.dscps[dscp_of(packet)];
}

}  // namespace

void Spd::file(Entry entry) {
  ++version_;
  const auto number = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back(std::move(entry));
  index_.add(number, entries_.back().selectors);
}

void Spd::append(SpdEntry entry) {
  file({.name = std::move(entry.name),
        .selectors = std::move(entry.selectors),
        .processing = Processing::protect,
        .dscps = entry.dscps,
        .sa = entry.sa,
        .keyed = {}});
}

void Spd::append(ClearEntry entry) {
  core::ensure(entry.processing != Processing::protect);
  file({.name = std::move(entry.name),
        .selectors = std::move(entry.selectors),
        .processing = entry.processing,
        .sides = entry.sides,
        .keyed = {}});
}

void Spd::append(KeyedEntry entry) {
  core::ensure(by_policy_.emplace(entry.policy, keyed_.size()).second);
  if (entry.is_open) open_.push_back(static_cast<std::uint32_t>(entries_.size()));
  file({.name = std::move(entry.name),
        .selectors = std::move(entry.selectors),
        .processing = Processing::protect,
        .keyed = keyed_.size(),
        .is_open = entry.is_open});
  keyed_.push_back({.policy = entry.policy,
                    .unkeyed = entry.unkeyed,
                    .carriers = {},
                    .asked_at = {},
                    .populate = entry.populate});
}

auto Spd::classify(const net::Datagram& packet) noexcept -> Decision {
  const auto first = index_.find_first(packet, sa::Direction::outbound, [&](std::uint32_t number) {
    return holds_outbound(entries_[number], packet);
  });
  if (const auto open = find_open(packet, first)) return *open;
  return first ? decide(entries_[*first], packet) : Decision{};
}

auto Spd::decide(const Entry& entry, const net::Datagram& packet) noexcept -> Decision {
  if (!entry.keyed) {
    const bool is_usable =
        entry.processing != Processing::protect || entry.sa != core::SaIndex::none;
    return {is_usable ? entry.processing : Processing::discard, entry.sa, nullptr, &entry};
  }
  auto& keyed = keyed_[*entry.keyed];
  const auto sa = keyed.carriers.find(packet);
  if (sa != core::SaIndex::none) return {Processing::protect, sa, nullptr, &entry};
  return {Processing::protect, core::SaIndex::none, &keyed, &entry};
}

auto Spd::find_open(const net::Datagram& packet, std::optional<std::uint32_t> limit) const noexcept
    -> std::optional<Decision> {
  for (const auto number : open_) {
    if (limit && number >= *limit) break;
    const auto& entry = entries_[number];
    const auto sa = keyed_[*entry.keyed].carriers.find(packet);
    if (sa != core::SaIndex::none) return Decision{Processing::protect, sa, nullptr, &entry};
  }
  return std::nullopt;
}

auto Spd::classify_clear(const net::Datagram& packet) const noexcept -> Processing {
  const auto first = index_.find_first(packet, sa::Direction::inbound, [&](std::uint32_t number) {
    return holds(entries_[number].sides, sa::Direction::inbound);
  });
  if (find_open(net::reversed(packet), first)) return Processing::protect;
  return first ? entries_[*first].processing : Processing::discard;
}

auto Spd::find(PolicyId policy) noexcept -> Keyed* {
  ++version_;
  const auto found = by_policy_.find(policy);
  return found == by_policy_.end() ? nullptr : &keyed_[found->second];
}

void Spd::take_over(Spd& before) noexcept {
  version_ = std::max(version_, before.version_) + 1;
  for (auto& keyed : keyed_) {
    auto* const old = before.find(keyed.policy);
    if (old == nullptr) continue;
    keyed.carriers = std::exchange(old->carriers, {});
    keyed.asked_at = old->asked_at;
    keyed.is_trapped = old->is_trapped;
  }
}

}  // namespace esplanade::policy
