// The SAs that IKE has made, as the control thread sees them: it shares them with the worker, which
// alone uses them, and reads their counters.
//
// Threads: the control thread.
#pragma once

#include "ike/event.h"
#include "ipsec/inbound_sa.h"
#include "ipsec/outbound_sa.h"

#include <map>

namespace esplanade::daemon {

/// One pair, or what there is of it.
struct ChildSas {
  policy::PolicyId policy{};
  std::shared_ptr<ipsec::InboundSa> inbound;
  std::shared_ptr<ipsec::OutboundSa> outbound;
  std::size_t largest_packet = 0;  ///< that fits the path of `outbound`; octets

  // What keying was told of it.
  ipsec::LifetimeStage told = ipsec::LifetimeStage::fresh;
  std::uint64_t packets_told = 0;
  core::Time traffic_told;
  core::Time move_told;
};

class ChildTable {
 public:
  [[nodiscard]] auto operator[](ike::ChildId child) -> ChildSas& { return children_[child]; }
  void erase(ike::ChildId child) {
    children_.erase(child);
    ++changes_;
  }
  /// Of those there are, and of their SAs, so far.
  void note_change() noexcept { ++changes_; }
  [[nodiscard]] auto changes() const noexcept -> std::uint64_t { return changes_; }
  [[nodiscard]] auto find(ike::ChildId child) -> ChildSas*;
  [[nodiscard]] auto find(core::Spi inbound) -> ChildSas*;
  [[nodiscard]] auto all() const -> const std::map<ike::ChildId, ChildSas>& { return children_; }

  /// What the counters say that keying should know: limits in octets, packets and sequence numbers
  /// reached, each once, and traffic that came in, once a second for each child at most.
  [[nodiscard]] auto look(core::Time now) -> std::vector<ike::Event>;
  /// May PeerMoved be said of this child now? Once a second.
  [[nodiscard]] auto admit_move(core::Spi inbound, core::Time now) -> bool;

 private:
  std::map<ike::ChildId, ChildSas> children_;
  std::uint64_t changes_ = 0;
};

}  // namespace esplanade::daemon
