// Inbound ESP for a batch of packets of one SA: RFC 4303, 3.4. In this order for each packet:
// lengths, replay check, ICV, replay commit, decryption's padding, the datagram inside.
//
// Batch: at most net::batch_max packets that pass, whole outer datagrams.   Threads: the SA's
// worker.   Allocates: never.
#pragma once

#include "core/time.h"
#include "ipsec/inbound.h"
#include "ipsec/inbound_sa.h"
#include "net/packet.h"

namespace esplanade::esp {

using ipsec::Inbound;
using ipsec::Place;

/// Each packet becomes the datagram it carried, or gets the verdict it was dropped with and keeps
/// its outer headers up to the sequence number, for the audit. Selectors are the caller's to check
/// (policy::matches).
void open(ipsec::InboundSa& sa, std::span<const Inbound> batch, core::Time now) noexcept;

}  // namespace esplanade::esp
