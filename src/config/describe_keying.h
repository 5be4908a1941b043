// What a connection keyed by IKEv2 means, in sentences.
#pragma once

#include "policy/connection.h"

#include <string>

namespace esplanade::config {

[[nodiscard]] auto describe_keying(const policy::Connection& connection) -> std::string;

/// "10.2.0.0/16 TCP port 80"; `addresses` stands in front.
[[nodiscard]] auto describe_traffic(std::string addresses, std::optional<iana::IpProtocol> protocol,
                                    const sa::PortRange& ports) -> std::string;

}  // namespace esplanade::config
