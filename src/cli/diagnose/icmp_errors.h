// ICMP errors about UDP datagrams: who could not be reached, or what was too big (RFC 792, RFC
// 1191, RFC 4443).
#pragma once

#include "ike/explain/finding.h"
#include "net/datagram.h"

#include <optional>

namespace esplanade::cli::diagnose {

/// `bytes` hold `datagram`. nullopt where it is no such error. The frame is the caller's to fill
/// in.
[[nodiscard]] auto icmp_error_in(core::View bytes, const net::Datagram& datagram)
    -> std::optional<ike::explain::Unreachable>;

}  // namespace esplanade::cli::diagnose
