// When each IKE SA wants to be looked at next: an ordered table, so that a hundred thousand of them
// cost a logarithm each.
#pragma once

#include "core/time.h"
#include "ike/event.h"

#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace esplanade::ike::door {

class Deadlines {
 public:
  void set(SessionId session, std::optional<core::Time> at) {
    erase(session);
    if (!at) return;
    times_[session] = *at;
    order_.emplace(*at, session);
  }
  void erase(SessionId session) {
    const auto it = times_.find(session);
    if (it == times_.end()) return;
    order_.erase({it->second, session});
    times_.erase(it);
  }
  [[nodiscard]] auto next() const -> std::optional<core::Time> {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
  }
  /// All that are due, in their order. They stay until set() says otherwise.
  [[nodiscard]] auto due(core::Time now) const -> std::vector<SessionId> {
    std::vector<SessionId> sessions;
    for (const auto& [at, session] : order_) {
      if (at > now) break;
      sessions.push_back(session);
    }
    return sessions;
  }

 private:
  std::set<std::pair<core::Time, SessionId>> order_;
  std::unordered_map<SessionId, core::Time> times_;
};

}  // namespace esplanade::ike::door
