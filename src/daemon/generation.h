// All a worker works with between two reloads: the tables, and the ports they need.
#pragma once

#include "pipeline/tables.h"
#include "platform/udp_port.h"

#include <memory>
#include <vector>

namespace esplanade::daemon {

struct Generation {
  pipeline::Tables tables;
  std::vector<std::size_t> largest_packets;  ///< that fit the paths of SAs made by hand; octets
  /// One for each local UDP port that carries ESP; shared with the generation before, so that a
  /// reload loses no datagram.
  std::vector<std::shared_ptr<platform::UdpEncapPort>> udp_ports;
};

}  // namespace esplanade::daemon
