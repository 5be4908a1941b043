// From configuration to what a worker works with.
#pragma once

#include "config/configuration.h"
#include "crypto/provider.h"
#include "daemon/keying/policies.h"
#include "daemon/path_settings.h"
#include "pipeline/tables.h"
#include "platform/netlink/routes.h"

namespace esplanade::daemon {

/// SPD and SAD for all SAs made by hand, and what is passed or dropped, in their order: connection
/// i has outbound SA i and inbound SA i. SAs that `before`, the running configuration, has with the
/// same SPI and keys are noted as successions. Errors: EspSuite's.
[[nodiscard]] auto build_tables(const config::Configuration& configuration,
                                const config::Configuration& before, crypto::Provider& provider,
                                core::Time now) -> core::Result<pipeline::Tables>;

/// The entries of IKE's children, and those that stand behind them.
void append_keyed(const config::Configuration& configuration, const SourceFinder& source,
                  policy::Spd& spd);

/// Local UDP ports that carry ESP in UDP, each once: those of SAs made by hand, and IKE's where
/// there are connections for it.
[[nodiscard]] auto encap_ports(const config::Configuration& configuration)
    -> std::vector<std::uint16_t>;

/// What has to be routed into the TUN for SAs made by hand: all that a connection protects at the
/// other end, but what lies in it and is at ours. Local senders take our outer address in transport
/// mode, for nothing else is protected then.
[[nodiscard]] auto route_plan(const config::Configuration& configuration) -> platform::RoutePlan;

/// The SA of `before` whose numbers this one has to go on with, if any.
[[nodiscard]] auto find_predecessor(const config::Configuration& before, sa::Direction direction,
                                    const config::ManualSa& sa) -> std::optional<std::size_t>;

}  // namespace esplanade::daemon
