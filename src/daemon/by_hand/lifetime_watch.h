// Tells once when an SA reaches a soft limit of its lifetime, so that the operator can make new
// keys, and once when it reaches a hard one and carries nothing any more.
#pragma once

#include "config/configuration.h"
#include "daemon/log.h"
#include "pipeline/tables.h"

namespace esplanade::daemon {

class LifetimeWatch {
 public:
  /// Fields of one log line for each SA that has come further since the last time.
  [[nodiscard]] auto look(const config::Configuration& configuration,
                          const pipeline::Tables& tables, core::Time now) -> std::vector<Fields>;
  /// The SAs are others now.
  void restart() { told_.clear(); }

 private:
  /// By direction and place in the configuration.
  std::map<std::pair<sa::Direction, std::size_t>, ipsec::LifetimeStage> told_;
};

}  // namespace esplanade::daemon
