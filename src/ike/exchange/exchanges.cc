#include "ike/exchange/exchanges.h"

#include "core/endian.h"

#include <algorithm>
#include <cmath>

namespace esplanade::ike::exchange {
namespace {

/// A value from 0 to 1.
auto fraction(core::Random& random) -> double {
  std::array<std::byte, 4> octets;
  random.fill(octets);
  return core::load_be<std::uint32_t>(std::span<const std::byte, 4>(octets)) / 4294967296.0;
}

auto scaled(core::Duration duration, double factor) noexcept -> core::Duration {
  const auto product = static_cast<double>(duration.count()) * factor;
  return core::Duration{static_cast<core::Duration::rep>(product)};
}

auto longest_interval(const RetransmitPolicy& policy, std::uint32_t tries) noexcept
    -> core::Duration {
  return scaled(policy.first, std::pow(policy.base, tries));
}

}  // namespace

auto Exchanges::interval(std::uint32_t tries, core::Random& random) const -> core::Duration {
  return scaled(longest_interval(policy_, tries), 1.0 - policy_.jitter * fraction(random));
}

auto Exchanges::patience() const noexcept -> core::Duration {
  core::Duration all{};
  for (std::uint32_t tries = 0; tries <= policy_.tries; ++tries) {
    all += longest_interval(policy_, tries);
  }
  return all;
}

void Exchanges::start(std::uint32_t id, Datagrams datagrams, core::Time now, core::Random& random) {
  core::ensure(id == next_id_ && has_room());
  ++next_id_;
  pending_.push_back(
      {.id = id, .tries = 0, .next = now + interval(0, random), .datagrams = std::move(datagrams)});
}

void Exchanges::restart(std::uint32_t id, Datagrams datagrams, core::Time now,
                        core::Random& random) {
  const auto it = std::ranges::find(pending_, id, &Pending::id);
  core::ensure(it != pending_.end());
  *it = {
      .id = id, .tries = 0, .next = now + interval(0, random), .datagrams = std::move(datagrams)};
}

auto Exchanges::has_room() const noexcept -> bool {
  // Requests wait in the order of their numbers.
  return pending_.empty() || next_id_ - pending_.front().id < their_window_;
}

auto Exchanges::is_pending(std::uint32_t id) const noexcept -> bool {
  return std::ranges::find(pending_, id, &Pending::id) != pending_.end();
}

void Exchanges::finish(std::uint32_t id) {
  std::erase_if(pending_, [id](const Pending& pending) { return pending.id == id; });
}

void Exchanges::widen_theirs(std::uint32_t window) noexcept {
  // An upper bound of ours: a peer cannot make us keep any number of requests.
  constexpr std::uint32_t most = 64;
  their_window_ = std::clamp(window, their_window_, std::max(their_window_, most));
}

void Exchanges::widen_ours(std::uint32_t window) noexcept {
  our_window_ = std::max(our_window_, window);
}

auto Exchanges::find_answer(std::uint32_t id) const noexcept -> const Answer* {
  const auto it = std::ranges::find(answers_, id, &Answer::id);
  return it == answers_.end() ? nullptr : &*it;
}

auto Exchanges::judge(std::uint32_t id) const noexcept -> Incoming {
  if (const auto* answer = find_answer(id)) {
    return answer->is_ready ? Incoming::duplicate : Incoming::being_answered;
  }
  // Differences, so that the numbers may end at 2^32 - 1 without a special case.
  return id - expected_ < our_window_ ? Incoming::fresh : Incoming::outside;
}

void Exchanges::take(std::uint32_t id) {
  core::ensure(judge(id) == Incoming::fresh);
  answers_.push_back({.id = id, .is_ready = false, .datagrams = {}});
  slide();
}

/// Moves on to the lowest number that has not come, and forgets what no honest peer can ask again.
void Exchanges::slide() noexcept {
  while (find_answer(expected_) != nullptr) ++expected_;
  std::erase_if(answers_, [this](const Answer& answer) {
    const auto behind = expected_ - answer.id;
    return behind < 0x80000000 && behind > our_window_;
  });
}

void Exchanges::answer(std::uint32_t id, Datagrams datagrams) {
  const auto it = std::ranges::find(answers_, id, &Answer::id);
  if (it == answers_.end()) return;
  it->is_ready = true;
  it->datagrams = std::move(datagrams);
}

auto Exchanges::stored(std::uint32_t id) const noexcept -> const Datagrams* {
  const auto* answer = find_answer(id);
  return answer != nullptr && answer->is_ready ? &answer->datagrams : nullptr;
}

auto Exchanges::next_deadline() const noexcept -> std::optional<core::Time> {
  const auto it = std::ranges::min_element(pending_, {}, &Pending::next);
  return it == pending_.end() ? std::nullopt : std::optional(it->next);
}

auto Exchanges::due(core::Time now, core::Random& random) -> std::vector<Due> {
  std::vector<Due> found;
  for (auto& pending : pending_) {
    if (pending.next > now) continue;
    const bool is_given_up = pending.tries >= policy_.tries;
    if (!is_given_up) ++pending.tries;
    pending.next = now + interval(pending.tries, random);
    found.push_back({.id = pending.id,
                     .again = is_given_up ? nullptr : &pending.datagrams,
                     .tries = pending.tries});
  }
  return found;
}

}  // namespace esplanade::ike::exchange
