#include "ike/door/keeper.h"

#include "ike/session/jitter.h"

#include <algorithm>

namespace esplanade::ike::door {
namespace {

using namespace std::chrono_literals;

/// The first retry comes after a second, each later one after twice the time, up to a minute; half
/// of it is random, so that a thousand gateways do not call a restarted one together.
constexpr core::Duration first_wait = 1s;
constexpr std::uint32_t most_doublings = 6;

/// Up for less than this is not worth the name: a peer that lets us in to throw us out at once is
/// called ever more rarely.
constexpr core::Duration settled_after = 60s;

auto wait(std::uint32_t tries, core::Random& random) -> core::Duration {
  const auto whole = first_wait * (1U << std::min(tries, most_doublings));
  const auto half = static_cast<std::uint64_t>(whole.count()) / 2;
  return core::Duration{static_cast<std::int64_t>(half + session::random_up_to(half, random))};
}

}  // namespace

void Keeper::plan(const Key& key, Want& want, std::optional<core::Time> at) {
  if (want.at) order_.erase({*want.at, key});
  want.at = at;
  if (at) order_.emplace(*at, key);
}

void Keeper::want(const Key& key, std::uint32_t most_tries, core::Time at) {
  auto [it, is_new] = wants_.try_emplace(key);
  it->second.most_tries = most_tries;
  if (is_new) plan(key, it->second, at);
}

void Keeper::forget(const Key& key) {
  const auto it = wants_.find(key);
  if (it == wants_.end()) return;
  plan(key, it->second, std::nullopt);
  wants_.erase(it);
}

void Keeper::keep_only(const std::vector<Key>& keys) {
  const std::set<Key> kept(keys.begin(), keys.end());
  std::vector<Key> unwanted;
  for (const auto& [key, want] : wants_) {
    if (!kept.contains(key)) unwanted.push_back(key);
  }
  for (const auto& key : unwanted) forget(key);
}

void Keeper::succeeded(const Key& key, core::Time now) {
  const auto it = wants_.find(key);
  if (it == wants_.end()) return;
  it->second.tries = 0;
  it->second.up_at = now;
  plan(key, it->second, std::nullopt);
}

void Keeper::failed(const Key& key, core::Time now, core::Random& random) {
  const auto it = wants_.find(key);
  if (it == wants_.end() || it->second.at) return;
  auto& want = it->second;
  if (want.most_tries != 0 && want.tries + 1 >= want.most_tries) return forget(key);
  plan(key, want, now + wait(want.tries, random));
  ++want.tries;
}

void Keeper::lost(const Key& key, core::Time now, core::Random& random) {
  const auto it = wants_.find(key);
  if (it == wants_.end() || it->second.at) return;
  auto& want = it->second;
  want.falls = now < want.up_at + settled_after ? want.falls + 1 : 0;
  plan(key, want, now + wait(want.falls, random));
}

auto Keeper::tries(const Key& key) const -> std::uint32_t {
  const auto it = wants_.find(key);
  return it == wants_.end() ? 0 : it->second.tries;
}

auto Keeper::next_try(const std::string& connection) const -> std::optional<core::Time> {
  std::optional<core::Time> next;
  for (auto it = wants_.lower_bound({.connection = connection, .child = {}});
       it != wants_.end() && it->first.connection == connection; ++it) {
    const auto& at = it->second.at;
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

auto Keeper::next_deadline() const -> std::optional<core::Time> {
  return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
}

auto Keeper::take_due(core::Time now) -> std::vector<Key> {
  std::vector<Key> due;
  while (!order_.empty() && order_.begin()->first <= now) {
    const auto key = order_.begin()->second;
    plan(key, wants_.at(key), std::nullopt);
    due.push_back(key);
  }
  return due;
}

}  // namespace esplanade::ike::door
