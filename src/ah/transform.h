// The cryptographic step of AH over a batch of frames: RFC 4302, 3.3.3 and 3.4.4; RFC 4543, 4.
//
// The ICV is over the whole datagram, with mutable fields and the ICV field zero, padding as it is,
// and with ESN the high half of the number behind all (TRAP-AH-01). Headers must be covered
// (ah/mutable_fields.h); they are afterwards as they were before.
//
// Frames: at most net::batch_max.   Allocates: never.
#pragma once

#include "ah/frame.h"
#include "sa/sa_parameters.h"

namespace esplanade::ah {

/// Writes the ICV fields.
void protect(ipsec::EspSuite& suite, sa::Esn esn, std::span<const Frame> frames) noexcept;
void unprotect(ipsec::EspSuite& suite, sa::Esn esn, std::span<Frame> frames) noexcept;

}  // namespace esplanade::ah
