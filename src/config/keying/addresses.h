// The lists `local_addrs` and `remote_addrs`: whom a connection is with.
#pragma once

#include "config/check/values.h"

namespace esplanade::config::keying {

/// Addresses, prefixes, ranges and names of hosts; empty for %any.
[[nodiscard]] auto parse_peer_addresses(std::string_view text)
    -> check::Parsed<std::vector<policy::PeerAddress>>;

/// Can packets be sent there: a single address, or a name?
[[nodiscard]] auto is_destination(const policy::PeerAddress& address) -> bool;

}  // namespace esplanade::config::keying
