// The ports that stay as long as the daemon does.
#pragma once

#include "daemon/gateway/crossing.h"
#include "platform/raw_port.h"
#include "platform/tun.h"

namespace esplanade::daemon {

/// ipv6 is absent where the system has none.
struct RawPorts {
  std::unique_ptr<platform::RawPort> ipv4;
  std::unique_ptr<platform::RawPort> ipv6;
};

struct FixedPorts {
  std::unique_ptr<platform::Tun> tun;
  RawPorts esp;
  RawPorts ah;
  RawPorts clear;   ///< for what policy lets through as it is; packets are sent there only
  RawPorts errors;  ///< about packets of ours; both absent where they are ignored
  std::unique_ptr<Crossing> crossing;  ///< of a gateway
};

}  // namespace esplanade::daemon
