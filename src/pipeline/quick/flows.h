// Which SA the last packet of a flow took: what the SPD has said once, it says again as long as
// nothing in it changes.
//
//   flows.begin(batch, spd);                      // looks at all of them
//   if (auto* known = flows.find(i)) ... known->sa
//   else flows.remember(i, packet, sa);           // what the long way has found
//
// Two places for each hash: a newer flow takes the second from an older one.
//
// Allocates: when made.   Threads: one worker.
#pragma once

#include "core/zeroed_array.h"
#include "ipsec/outbound_sa.h"
#include "pipeline/quick/glance.h"
#include "policy/spd.h"

namespace esplanade::pipeline {

class Flows {
 public:
  static constexpr unsigned pair_bits = 17;

  struct Known {
    FlowKey key;
    ipsec::OutboundSa* sa;
    core::SaIndex index;
    std::uint32_t age;     ///< of the policy it was found in; 0 is no age
    std::uint32_t newest;  ///< of TCP, the last number of data
  };

  Flows() : known_(std::size_t{1} << pair_bits) {}

  /// Looks at a batch, of at most net::batch_max packets, and asks for the SAs of the flows it
  /// knows. What was known of other entries than `spd` has now is forgotten.
  void begin(std::span<const net::Packet> batch, const policy::Spd& spd) noexcept;

  /// nullptr: not known, or not to be seen at a glance.
  [[nodiscard]] auto find(std::size_t i) noexcept -> Known* {
    const auto& look = looks_[i];
    return look.known != nullptr && is_of(*look.known, look.glance.key) ? look.known : nullptr;
  }
  /// Only of one that find() knows.
  [[nodiscard]] auto glance(std::size_t i) const noexcept -> const Glance& {
    return looks_[i].glance;
  }

  /// What the long way has found for `packet`, the one at `i`; of one that find() knows, nothing
  /// changes.
  void remember(std::size_t i, const net::Packet& packet, ipsec::OutboundSa& sa) noexcept;

 private:
  void forget_all() noexcept;
  void look(std::span<const net::Packet> batch) noexcept;
  void find_all(std::size_t count) noexcept;
  [[nodiscard]] auto is_of(const Known& place, const FlowKey& key) const noexcept -> bool {
    return place.age == age_ && place.key == key;
  }

  struct alignas(128) Pair {
    std::array<Known, 2> ways;
  };
  [[nodiscard]] auto find_in(Pair& pair, const FlowKey& key) const noexcept -> Known* {
    if (is_of(pair.ways[0], key)) return &pair.ways[0];
    return is_of(pair.ways[1], key) ? &pair.ways[1] : nullptr;
  }
  struct Look {
    Glance glance;
    Pair* pair;  ///< nullptr: there is more to see than a glance shows
    Known* known;
  };

  const policy::Spd* spd_ = nullptr;
  std::uint64_t version_ = 0;
  std::uint32_t age_ = 1;
  std::array<Look, net::batch_max> looks_{};
  core::ZeroedArray<Pair> known_;
};

}  // namespace esplanade::pipeline
