// From an opened ESP packet to the datagram it carried (RFC 4303, 3.4.4.1; RFC 4301, 5.2).
#pragma once

#include "esp/trailer.h"
#include "ipsec/inbound.h"
#include "net/packet.h"
#include "sa/sa_parameters.h"

namespace esplanade::esp {

using ipsec::Place;

/// Makes `packet` the inner datagram (tunnel), or the datagram as it was before ESP was put into
/// it (transport), or one with the SA's inner addresses (BEET). TFC padding behind an inner
/// datagram is cut off (ESP-2.7-04). `payload` lies in the packet. Answers pass, or with the packet
/// unchanged: dummy, bad_next_header, bad_inner, bad_ecn.
[[nodiscard]] auto decapsulate(net::Packet& packet, const Place& place, const Payload& payload,
                               const sa::SaParameters& parameters) noexcept -> net::Verdict;

}  // namespace esplanade::esp
