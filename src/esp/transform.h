// The cryptographic step of ESP over a batch of frames, in place: RFC 4303, 3.3.2 and 3.4.4.
//
// protect() needs header, IV and plaintext with its trailer in place, and leaves ciphertext and
// ICV. unprotect() verifies before any plaintext is kept: of a frame that is not authentic the
// header remains and the rest is no plaintext.
//
// With ESN the high half of the number is authenticated without being sent: inside the AAD of an
// AEAD (RFC 4106, 5), behind the packet for separate integrity (RFC 4303, 2.2.1) (ESP-2.2.1-02).
//
// Frames: at most net::batch_max.   Allocates: never.
#pragma once

#include "esp/frame.h"
#include "sa/sa_parameters.h"

namespace esplanade::esp {

void protect(ipsec::EspSuite& suite, sa::Esn esn, std::span<Frame> frames) noexcept;
void unprotect(ipsec::EspSuite& suite, sa::Esn esn, std::span<Frame> frames) noexcept;

}  // namespace esplanade::esp
