// Does a packet fall under a set of selectors (RFC 4301, 4.4.1.1)?
//
// Addresses, protocol and ports must each match. A packet that does not show its ports (a later
// fragment, an unknown protocol) matches only selectors with any port or OPAQUE: the values are
// OPAQUE, and ANY takes them in (TRAP-ARCH-06).
#pragma once

#include "net/datagram.h"
#include "sa/sa_parameters.h"

namespace esplanade::policy {

/// `direction` says which end of `packet` is ours: the source of what goes out, the destination of
/// what comes in.
[[nodiscard]] auto matches(const sa::Selectors& selectors, const net::Datagram& packet,
                           sa::Direction direction) noexcept -> bool;

}  // namespace esplanade::policy
