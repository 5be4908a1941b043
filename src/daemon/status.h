// What the SAs have done, as fields of log lines.
#pragma once

#include "config/configuration.h"
#include "daemon/keying/child_table.h"
#include "daemon/log.h"
#include "ike/endpoint.h"
#include "pipeline/tables.h"

namespace esplanade::daemon {

/// Verdicts that dropped something, by name.
[[nodiscard]] auto drops_of(const ipsec::VerdictCounters& verdicts)
    -> std::map<std::string, std::uint64_t>;

/// One line an SA: name, direction, addresses, SPI, algorithms, packets, octets, sequence number
/// (outbound), drops.
[[nodiscard]] auto sa_lines(const config::Configuration& configuration,
                            const pipeline::Tables& tables) -> std::vector<Fields>;

/// One line an IKE SA: connection, number, state, role, path, identities, SPIs, algorithms.
[[nodiscard]] auto session_lines(const std::vector<ike::SessionStatus>& sessions)
    -> std::vector<Fields>;

/// One line a pair of SAs IKE has made: names, the number of its IKE SA, state, SPIs, algorithms,
/// selectors, and for each direction packets, octets and drops.
[[nodiscard]] auto child_lines(const std::vector<ike::SessionStatus>& sessions,
                               ChildTable& children) -> std::vector<Fields>;

/// Packets that passed and drops by name, of each road.
[[nodiscard]] auto totals_line(const ipsec::VerdictCounters& outbound,
                               const ipsec::VerdictCounters& inbound) -> Fields;

}  // namespace esplanade::daemon
