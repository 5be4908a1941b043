// What the guard holds packets to that never pass our program: the policy, and how our own packets
// are told from others.
//
// Threads: a value.
#pragma once

#include "iana/ip_protocol.h"
#include "policy/spd.h"

#include <optional>
#include <string>
#include <vector>

namespace esplanade::platform {

/// PROTECT: in clear it is dropped. BYPASS: it passes in clear, whatever later rules say.
struct GuardRule {
  sa::Selectors selectors;
  policy::Processing processing = policy::Processing::protect;
  policy::Sides sides = policy::Sides::both;
  auto operator==(const GuardRule&) const -> bool = default;
};

struct GuardPlan {
  /// The first that matches decides; what none matches passes.
  std::vector<GuardRule> rules;
  std::string tun;           ///< name of the device of all that is or will be protected
  std::uint32_t fwmark = 0;  ///< on packets of our own
  /// What comes to us protected: protocols, and local UDP ports for IKE and ESP in UDP.
  std::vector<iana::IpProtocol> protocols = {iana::IpProtocol::esp, iana::IpProtocol::ah};
  std::vector<std::uint16_t> udp_ports;
  std::optional<std::string> inside;  ///< device of a gateway on which this system has no part
  auto operator==(const GuardPlan&) const -> bool = default;
};

/// Packets that the guard has dropped.
struct GuardDrops {
  std::uint64_t inbound = 0;
  std::uint64_t outbound = 0;
  auto operator==(const GuardDrops&) const -> bool = default;
};

}  // namespace esplanade::platform
