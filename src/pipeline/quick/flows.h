// Which SA the last packet of a flow took: what the SPD has said once, it says again as long as
// nothing in it changes.
//
//   flows.begin(batch, spd);                      // looks at all of them
//   if (auto* known = flows.find(i)) ... known->sa
//   else flows.remember(i, packet, sa);           // what the long way has found
//
// A place for each hash: a newer flow takes it from an older one.
//
// Allocates: when made.   Threads: one worker.
#pragma once

#include "ipsec/outbound_sa.h"
#include "pipeline/quick/glance.h"
#include "policy/spd.h"

#include <vector>

namespace esplanade::pipeline {

class Flows {
 public:
  static constexpr unsigned place_bits = 14;
  static constexpr std::size_t places = std::size_t{1} << place_bits;

  struct alignas(64) Known {
    FlowKey key{};
    ipsec::OutboundSa* sa = nullptr;
    core::SaIndex index = core::SaIndex::none;
    std::uint32_t age = 0;     ///< of the policy it was found in; 0 is no age
    std::uint32_t newest = 0;  ///< of TCP, the last number of data
  };
  static_assert(sizeof(Known) == 64);

  Flows() : known_(places) {}

  /// At most net::batch_max packets. What was known of other entries than `spd` has now is
  /// forgotten.
  void begin(std::span<const net::Packet> batch, const policy::Spd& spd) noexcept;

  /// nullptr: not known, or not to be seen at a glance.
  [[nodiscard]] auto find(std::size_t i) noexcept -> Known* {
    const auto& look = looks_[i];
    if (look.place == nullptr || look.place->age != age_) return nullptr;
    return look.place->key == look.glance.key ? look.place : nullptr;
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

  struct Look {
    Glance glance;
    Known* place;  ///< nullptr: there is more to see than a glance shows
  };

  const policy::Spd* spd_ = nullptr;
  std::uint64_t version_ = 0;
  std::uint32_t age_ = 1;
  std::array<Look, net::batch_max> looks_{};
  std::vector<Known> known_;
};

}  // namespace esplanade::pipeline
