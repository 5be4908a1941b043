// Transport mode through a NAT (RFC 3948, 3.1.2): the checksums of TCP, UDP and ICMPv6 cover the
// addresses their sender knew, and the NAT has changed those of the packet around them.
//
//   mend_checksum(datagram, sent);       // behind decapsulation
//
// Allocates: never.
#pragma once

#include "core/bytes.h"
#include "sa/sa_parameters.h"

namespace esplanade::esp {

/// Makes a checksum over `sent` one over the addresses that `datagram` bears. What has none (an UDP
/// checksum of 0, a fragment that is not the first, other protocols) stays as it is.
void mend_checksum(core::MutableView datagram, const sa::AddressesSent& sent) noexcept;

}  // namespace esplanade::esp
