#include "policy/spd.h"

#include "policy/match.h"

#include <utility>

namespace esplanade::policy {

void Spd::append(SpdEntry entry) { entries_.push_back({std::move(entry), std::nullopt}); }

void Spd::append(KeyedEntry entry) {
  core::ensure(by_policy_.emplace(entry.policy, keyed_.size()).second);
  entries_.push_back({{std::move(entry.selectors), core::SaIndex::none}, keyed_.size()});
  keyed_.push_back({entry.policy, entry.is_open, entry.unkeyed, {}, std::nullopt});
}

auto Spd::classify(const net::Datagram& packet) noexcept -> Decision {
  for (const auto& [entry, place] : entries_) {
    const bool is_match = matches(entry.selectors, packet, sa::Direction::outbound);
    if (!place && is_match) return {entry.sa};
    if (!place) continue;
    auto& keyed = keyed_[*place];
    if (!is_match && !keyed.is_open) continue;
    if (const auto sa = keyed.carriers.find(packet); sa != core::SaIndex::none) return {sa};
    if (is_match) return {core::SaIndex::none, &keyed};
  }
  return {};
}

auto Spd::find(PolicyId policy) noexcept -> Keyed* {
  const auto found = by_policy_.find(policy);
  return found == by_policy_.end() ? nullptr : &keyed_[found->second];
}

void Spd::take_over(Spd& before) noexcept {
  for (auto& keyed : keyed_) {
    auto* const old = before.find(keyed.policy);
    if (old == nullptr) continue;
    keyed.carriers = std::exchange(old->carriers, {});
    keyed.asked_at = old->asked_at;
    keyed.is_trapped = old->is_trapped;
  }
}

}  // namespace esplanade::policy
