// Inbound AH for a batch of packets of one SA: RFC 4302, 3.4. In this order for each packet:
// lengths, replay check, ICV, replay commit, the datagram inside.
//
// Padding and reserved octets may be anything, for the ICV covers them. AH's length may have been
// rounded up to 4 octets or to 8 over IPv4 (TRAP-AH-05).
//
// Batch: at most net::batch_max packets that pass, whole outer datagrams.   Threads: the SA's
// worker.   Allocates: never.
#pragma once

#include "core/time.h"
#include "ipsec/inbound.h"
#include "ipsec/inbound_sa.h"

namespace esplanade::ah {

/// Each packet becomes the datagram it carried, or gets the verdict it was dropped with and keeps
/// its outer headers, but for a left-over Fragment header. Selectors are the caller's to check
/// (policy::matches).
void open(ipsec::InboundSa& sa, std::span<const ipsec::Inbound> batch, core::Time now) noexcept;

}  // namespace esplanade::ah
