// Sorts what passes into conversations, and explains them at the end.
//
//   Observer observer;
//   for (...) observer.saw(sighting);
//   for (const auto& conversation : observer.knowledge().conversations) explain(conversation, ...)
//
// Bounded: a capture of strangers' IKE_SA_INIT is counted beyond so many conversations.
#pragma once

#include "ike/explain/finding.h"

#include <unordered_map>

namespace esplanade::ike::explain {

class Observer {
 public:
  void saw(const Sighting& sighting);
  void saw(const Unreachable& unreachable);
  /// One packet of ESP.
  void saw_esp(const net::Address& from, const net::Address& dest, EspCount one);
  /// The capture goes on to here.
  void saw_time(core::WallTime at) noexcept;
  /// The configuration of one end.
  void know(std::vector<policy::ConnectionPtr> connections,
            std::shared_ptr<const policy::Credentials> credentials);

  [[nodiscard]] auto knowledge() const noexcept -> const Knowledge& { return knowledge_; }
  [[nodiscard]] auto left_out() const noexcept -> std::size_t { return left_out_; }

 private:
  Knowledge knowledge_;
  /// Places in knowledge_.conversations, by the initiator's SPI.
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> places_;
  std::size_t left_out_ = 0;
};

}  // namespace esplanade::ike::explain
