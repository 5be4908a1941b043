// AH and the outer header of an outbound packet, before cryptography (RFC 4302, 3.1 and 3.3).
//
//   tunnel     [outer IP] [AH] [inner IP, all of it]
//   transport  [its IP, with options, or hop-by-hop, routing] [AH] [what its IP header carried]
#pragma once

#include "ah/frame.h"
#include "ipsec/outbound_sa.h"

#include <expected>

namespace esplanade::ah {

/// Makes `packet` (one whole IP datagram) the outer datagram, its ICV field not yet filled; padding
/// is zero. A sequence number is taken only if all else is well. Errors, with the packet unchanged
/// but for a Fragment header that said nothing: malformed, fragment_in_transport,
/// uncovered_headers, no_room, too_big, sequence_exhausted.
[[nodiscard]] auto encapsulate(ipsec::OutboundSa& sa, net::Packet& packet) noexcept
    -> std::expected<Frame, net::Verdict>;

}  // namespace esplanade::ah
