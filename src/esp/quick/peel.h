// What is behind cryptography, for most packets, at a fraction of the cost of strip_trailer() and
// decapsulate(): a short padding, a tunnel, and nothing in the outer header that the inner one
// would have to take over.
//
//   if (!peel(packet, plaintext, sa.parameters)) ...   // strip_trailer(), decapsulate()
#pragma once

#include "net/packet.h"
#include "sa/sa_parameters.h"

namespace esplanade::esp {

/// `plaintext`, which is authentic and lies in `packet`, ends with the trailer. False, and nothing
/// has changed, for what is not the common case, good or bad.
[[nodiscard]] auto peel(net::Packet& packet, core::MutableView plaintext,
                        const sa::SaParameters& parameters) noexcept -> bool;

}  // namespace esplanade::esp
