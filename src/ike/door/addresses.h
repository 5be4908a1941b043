// Which connections an address may mean, and which address a connection (RFC 4301, 4.4.3.1).
#pragma once

#include "ike/event.h"

#include <map>

namespace esplanade::ike::door {

/// What names stood for when they were last resolved.
using KnownNames = std::map<std::string, std::vector<net::Address>>;

/// Connections whose addresses allow `path`, those that name it most exactly first, else in their
/// order.
[[nodiscard]] auto candidates(const std::vector<policy::ConnectionPtr>& connections,
                              const net::Path& path, const KnownNames& names)
    -> std::vector<policy::ConnectionPtr>;

/// Where to call a connection: `attempt` goes round the addresses it has. nullopt: it can only be
/// called (%any), a name is not known, or there is no route.
[[nodiscard]] auto path_to(const policy::Connection& connection, std::uint32_t attempt,
                           const KnownNames& names, SourceAddresses& sources)
    -> std::optional<net::Path>;

/// The names among its addresses.
[[nodiscard]] auto names_of(const policy::Connection& connection) -> std::vector<std::string>;

}  // namespace esplanade::ike::door
