#include "pipeline/hold_queue.h"

#include <algorithm>

namespace esplanade::pipeline {

HoldQueue::HoldQueue(std::size_t packet_size)
    : packet_size_(packet_size),
      octets_(std::make_unique_for_overwrite<std::byte[]>(packet_size * capacity)) {
  if (packet_size == 0) return;
  for (std::size_t i = capacity; i > 0; --i) free_.push_back(static_cast<std::uint16_t>(i - 1));
  policies_.reserve(capacity);
  places_.reserve(capacity);
}

auto HoldQueue::put(policy::PolicyId policy, core::View packet, core::Time now) noexcept
    -> net::Verdict {
  if (free_.empty() || count(policy) == per_policy) return net::Verdict::hold_full;
  if (packet.size() > packet_size_) return net::Verdict::no_room;
  const auto place = Place{free_.back(), static_cast<std::uint16_t>(packet.size()), now};
  free_.pop_back();
  core::copy(packet, slot(place));
  policies_.push_back(policy);
  places_.push_back(place);
  return net::Verdict::held;
}

auto HoldQueue::count(policy::PolicyId policy) const noexcept -> std::size_t {
  return static_cast<std::size_t>(std::ranges::count(policies_, policy));
}

auto HoldQueue::take(policy::PolicyId policy, std::span<net::Packet> into) noexcept -> std::size_t {
  std::size_t taken = 0;
  return erase([&](std::size_t i) {
    if (policies_[i] != policy || taken == into.size()) return false;
    auto& packet = into[taken++];
    core::copy(slot(places_[i]), packet.reset());
    packet.size = places_[i].size;
    return true;
  });
}

auto HoldQueue::drop(policy::PolicyId policy) noexcept -> std::size_t {
  return erase([&](std::size_t i) { return policies_[i] == policy; });
}

auto HoldQueue::drop_old(core::Time now) noexcept -> std::size_t {
  if (places_.empty() || now - places_.front().since < longest) return 0;
  return erase([&](std::size_t i) { return now - places_[i].since >= longest; });
}

/// Asks once about each, in order; the others close up.
template <class IsIt>
auto HoldQueue::erase(IsIt is_it) noexcept -> std::size_t {
  std::size_t kept = 0;
  const auto before = places_.size();
  for (std::size_t i = 0; i < before; ++i) {
    if (is_it(i)) {
      free_.push_back(places_[i].slot);
      continue;
    }
    policies_[kept] = policies_[i];
    places_[kept++] = places_[i];
  }
  policies_.resize(kept);
  places_.resize(kept);
  return before - kept;
}

}  // namespace esplanade::pipeline
