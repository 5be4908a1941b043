// Keeps the guard (platform/guard) in step with the policy in force: what must be protected and
// never meets our program is dropped by the system, before, beside and after it (RFC 4301, 5.1
// and 5.2).
//
// Threads: the control thread.
#pragma once

#include "config/configuration.h"
#include "daemon/keying/child_table.h"
#include "daemon/log.h"
#include "daemon/outcome.h"
#include "platform/guard/guard.h"

namespace esplanade::daemon {

/// The SPD's entries in their order; behind an entry whose other end is yet to be learnt, what its
/// SAs have learnt.
[[nodiscard]] auto guard_rules(const policy::Spd& spd, const ChildTable* children)
    -> std::vector<platform::GuardRule>;

class Guarding {
 public:
  explicit Guarding(Log& log) : log_(log) {}

  /// Nothing is changed yet. A failure where the configuration insists on a guard and the system
  /// has none; a warning where it does not.
  [[nodiscard]] auto open(const config::Dataplane& settings) -> Outcome;
  /// Puts the rules in force in place of those before; none where there is no guard.
  [[nodiscard]] auto enforce(std::vector<platform::GuardRule> rules) -> Outcome;
  /// The name is known when there is a TUN; `udp_ports` are those of IKE and of ESP in UDP.
  void know(std::string tun, std::vector<std::uint16_t> udp_ports);
  /// As it was before open().
  void abandon();
  /// At a stop: nothing is left, unless the configuration says so; but what keeps the devices of a
  /// gateway apart.
  void stop(const config::Dataplane& settings);

  [[nodiscard]] auto drops() const -> std::optional<platform::GuardDrops> {
    return guard_ ? guard_->drops() : std::nullopt;
  }

 private:
  Log& log_;
  std::optional<platform::Guard> guard_;
  platform::GuardPlan base_;  ///< without rules
  std::optional<platform::GuardPlan> in_force_;
};

}  // namespace esplanade::daemon
