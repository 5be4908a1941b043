// All a worker works with between two reloads: the tables, and the ports they need.
#pragma once

#include "pipeline/tables.h"
#include "platform/udp_port.h"

#include <memory>
#include <vector>

namespace esplanade::daemon {

struct Generation {
  pipeline::Tables tables;
  /// One for each local UDP port that carries ESP; shared with the generation before, so that a
  /// reload loses no datagram.
  std::vector<std::shared_ptr<platform::UdpEncapPort>> udp_ports;
};

}  // namespace esplanade::daemon
