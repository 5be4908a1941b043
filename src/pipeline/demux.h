// What is this datagram from the unprotected side: ESP, ESP in UDP, AH, IKE, a keep-alive, or
// nothing of ours (RFC 4301, 5.2 step 2; RFC 3948, 2)?
#pragma once

#include "core/ids.h"
#include "ipsec/inbound.h"
#include "net/datagram.h"
#include "net/verdict.h"
#include "sa/sa_parameters.h"

#include <expected>
#include <span>

namespace esplanade::pipeline {

/// The header of ESP or AH found in a datagram.
struct Found {
  sa::Protocol protocol{};
  ipsec::Place place;
  core::Spi spi{};
  std::uint32_t seq = 0;  ///< the low half, as on the wire
};

/// ESP or AH. `encap_ports` are the UDP ports, at either end, that carry ESP. Errors: malformed,
/// is_fragment (ESP-3.4.1-01), not_for_us, keep_alive, ike, too_short (no room for SPI and number).
[[nodiscard]] auto find_protected(core::View datagram,
                                  std::span<const std::uint16_t> encap_ports) noexcept
    -> std::expected<Found, net::Verdict>;

/// ESP alone; AH is not_for_us.
[[nodiscard]] auto find_esp(core::View datagram,
                            std::span<const std::uint16_t> encap_ports) noexcept
    -> std::expected<Found, net::Verdict>;

}  // namespace esplanade::pipeline
