// The headers and the trailer of outbound ESP, around one packet and before cryptography
// (RFC 4303, 3.1 and 3.3; RFC 3948, 3 for UDP).
//
//   tunnel     [outer IP] [UDP] [ESP] [IV] [inner IP, all of it      ] [trailer] [ICV]
//   transport  [its  IP ] [UDP] [ESP] [IV] [what its IP header carried] [trailer] [ICV]
//
// In a tunnel, padding may stand in front of the trailer that hides how long the inner packet is
// (RFC 4303, 2.7), by the SA's `pad_to`.
//
// The outer IPv4 header takes DSCP and ECN from the inner one (RFC 4301, 5.1.2.1; RFC 6040, 4.1),
// DF as the SA says. A UDP checksum is left 0: a socket computes its own, and a port that writes
// whole frames over IPv6 uses net::set_udp_checksum.
#pragma once

#include "core/random.h"
#include "esp/frame.h"
#include "ipsec/outbound_sa.h"
#include "net/packet.h"

#include <expected>

namespace esplanade::esp {

/// Makes `packet` (one whole IP datagram) the outer datagram and returns its ESP part, the
/// plaintext still in place. A sequence number is taken only if all else is well. Errors, with the
/// packet unchanged: malformed, fragment_in_transport, no_room, too_big, sequence_exhausted.
[[nodiscard]] auto encapsulate(ipsec::OutboundSa& sa, net::Packet& packet,
                               core::Random& random) noexcept -> std::expected<Frame, net::Verdict>;

/// Makes `packet`, any octets, a dummy packet: Next Header 59, which the receiver drops (RFC 4303,
/// 2.6), with a header of the SA's ends in every mode. Errors: no_room, too_big,
/// sequence_exhausted.
[[nodiscard]] auto encapsulate_dummy(ipsec::OutboundSa& sa, net::Packet& packet,
                                     core::Random& random) noexcept
    -> std::expected<Frame, net::Verdict>;

}  // namespace esplanade::esp
