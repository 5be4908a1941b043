// Outbound ESP for a batch of packets of one SA: RFC 4303, 3.3.
//
//   std::array<net::Packet*, n> batch = ...;          // whole IP datagrams in their slots
//   seal(sa, batch, {.now = now, .random = random});
//   // each is now a whole outer datagram, or carries the verdict it was dropped with
//
// Batch: at most net::batch_max packets that pass.   Threads: the SA's worker.   Allocates: never.
#pragma once

#include "ipsec/outbound_sa.h"
#include "ipsec/seal_env.h"
#include "net/packet.h"

namespace esplanade::esp {

using ipsec::SealEnv;

void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch, SealEnv env) noexcept;

/// Makes `packet`, whatever octets it has, a dummy packet of the SA (RFC 4303, 2.6).
void seal_dummy(ipsec::OutboundSa& sa, net::Packet& packet, SealEnv env) noexcept;

}  // namespace esplanade::esp
