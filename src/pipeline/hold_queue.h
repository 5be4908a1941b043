// Packets that wait for the SA of their policy, copied out of their batch into a pool that is made
// at the start.
//
//   hold.put(policy, packet.bytes(), now)           // held, or why not
//   while (auto count = hold.take(policy, batch)) ...  // the SA has come
//   hold.drop(policy)                               // it will not
//
// Bounds: a policy may hold as many packets as a host sends before it has heard anything (a few
// connections' first packets, a resolver's queries), so that a flood towards one peer leaves room
// for the others, and all policies together a few megabytes. A packet waits no longer than IKE's
// first three tries take (4, 11 and 24 s after the first): what is older its sender has sent again
// or forgotten.
//
// Threads: one worker.   Allocates: when made, never after.
#pragma once

#include "core/time.h"
#include "net/packet.h"
#include "policy/connection.h"

#include <memory>
#include <vector>

namespace esplanade::pipeline {

class HoldQueue {
 public:
  static constexpr std::size_t per_policy = 16;
  static constexpr std::size_t capacity = 1024;
  static constexpr core::Duration longest = std::chrono::seconds(30);

  /// For packets of at most `packet_size` octets; 0: for none.
  explicit HoldQueue(std::size_t packet_size);

  /// Answers held, hold_full, or no_room for a packet longer than a place here.
  [[nodiscard]] auto put(policy::PolicyId policy, core::View packet, core::Time now) noexcept
      -> net::Verdict;
  /// The oldest of `policy`, as many as there are or as `into` has packets, become `into`'s first;
  /// how many.
  [[nodiscard]] auto take(policy::PolicyId policy, std::span<net::Packet> into) noexcept
      -> std::size_t;
  [[nodiscard]] auto count(policy::PolicyId policy) const noexcept -> std::size_t;
  /// How many were dropped.
  auto drop(policy::PolicyId policy) noexcept -> std::size_t;
  /// The same for those that have waited too long.
  auto drop_old(core::Time now) noexcept -> std::size_t;

 private:
  struct Place {
    std::uint16_t slot = 0;
    std::uint16_t size = 0;
    core::Time since;
  };

  [[nodiscard]] auto slot(const Place& place) const noexcept -> core::MutableView {
    return {octets_.get() + place.slot * packet_size_, place.size};
  }
  template <class IsIt>
  auto erase(IsIt is_it) noexcept -> std::size_t;

  std::size_t packet_size_;
  std::unique_ptr<std::byte[]> octets_;
  std::vector<std::uint16_t> free_;
  // In the order of arrival; policies apart, since they are counted at every put().
  std::vector<policy::PolicyId> policies_;
  std::vector<Place> places_;
};

}  // namespace esplanade::pipeline
