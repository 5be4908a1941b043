// What keeps a NAT from forgetting SAs made by hand that are silent (RFC 3948, 4); those of IKE
// have IKE's. Nobody tells whether there is a NAT, so they are sent wherever ESP stands in UDP.
//
// Threads: the control thread.
#pragma once

#include "config/configuration.h"
#include "pipeline/tables.h"

namespace esplanade::daemon {

class KeepAlives {
 public:
  /// Paths of the SAs that have sent nothing for their time, and shall hear one octet now.
  [[nodiscard]] auto due(const config::Configuration& configuration, const pipeline::Tables& tables,
                         core::Time now) -> std::vector<net::Path>;
  /// The SAs are others now.
  void restart() { seen_.clear(); }

 private:
  struct Seen {
    std::uint64_t packets = 0;
    core::Time since;
  };
  std::vector<Seen> seen_;  ///< by place in the configuration
};

}  // namespace esplanade::daemon
