// What the SAs have done, as fields of log lines.
#pragma once

#include "config/configuration.h"
#include "daemon/keying/child_table.h"
#include "daemon/keying/failures.h"
#include "daemon/log.h"
#include "ike/endpoint.h"
#include "pipeline/tables.h"

#include <functional>

namespace esplanade::daemon {

/// When a connection is tried again; nullopt: not by itself.
using NextTry = std::function<std::optional<core::Time>(const std::string& connection)>;

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

/// One line a connection that has failed and is not up again: what failed, why, what to change and
/// where, when, how often in a row; and `next_try` in seconds, if there will be one.
[[nodiscard]] auto failure_lines(const Failures& failures,
                                 const std::vector<ike::SessionStatus>& sessions,
                                 const NextTry& next_try, core::Time now) -> std::vector<Fields>;

/// Packets that passed and drops by name, of each road.
[[nodiscard]] auto totals_line(const ipsec::VerdictCounters& outbound,
                               const ipsec::VerdictCounters& inbound) -> Fields;

}  // namespace esplanade::daemon
