// AH protects whole datagrams, and a Fragment header that is left over from reassembly or says that
// the datagram is its only fragment is no part of one (RFC 4302, A2; RFC 6946, 4).
#pragma once

#include "net/packet.h"

namespace esplanade::ah {

/// Takes such a header out of an IPv6 datagram; true if there was one. All else stays as it is.
auto take_out_fragment_header(net::Packet& packet) noexcept -> bool;

}  // namespace esplanade::ah
