// What an SA has opened must be what it was made for (RFC 4301, 5.2 step 4; ARCH-5.2-06): its
// selectors hold it; or it is a later fragment of what they hold, if the SA carries such (7.3); or
// an ICMP error about a packet that could be answered through it (6.2).
//
// Allocates: when made.   Threads: one worker.
#pragma once

#include "ipsec/inbound_sa.h"
#include "net/packet.h"
#include "pipeline/first_fragments.h"

#include <expected>

namespace esplanade::pipeline {

class ArrivalCheck {
 public:
  /// The datagram that `packet` is; where it opens a TCP connection, with the segment size it
  /// announces lowered to what fits the way back, if the SA says so. Errors: bad_inner,
  /// selector_mismatch, bad_fragment (RFC 4301, 7.2).
  [[nodiscard]] auto admit(const ipsec::InboundSa& sa, const net::Packet& packet,
                           core::Time now) noexcept -> std::expected<net::Datagram, net::Verdict>;

 private:
  [[nodiscard]] auto fits(const sa::SaParameters& parameters, const net::Datagram& datagram,
                          core::View octets, core::Time now) noexcept -> bool;

  FirstFragments first_fragments_;
};

}  // namespace esplanade::pipeline
