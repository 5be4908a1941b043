// encapsulate() for most packets, at a fraction of its cost: the SA's stencil in front of them, and
// the shortest padding behind.
//
//   if (is_stampable(sa)) { Frame frame; if (stamp(sa, packet, random, frame)) ... }
//
// What it makes of a packet is what encapsulate() would have made of it.
#pragma once

#include "core/random.h"
#include "esp/frame.h"
#include "ipsec/outbound_sa.h"

namespace esplanade::esp {

/// A tunnel or transport without traffic-flow padding. Makes the stencil, if there is none.
[[nodiscard]] auto is_stampable(ipsec::OutboundSa& sa) noexcept -> bool;

/// For an SA that is stampable and has a number left. False, and nothing has changed, for packets
/// that are not plain (in transport mode: with options, extension headers or fragmented), are
/// malformed or have not room enough: encapsulate() knows what becomes of them.
[[nodiscard]] auto stamp(ipsec::OutboundSa& sa, net::Packet& packet, core::Random& random,
                         Frame& frame) noexcept -> bool;

}  // namespace esplanade::esp
