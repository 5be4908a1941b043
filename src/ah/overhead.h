// What an SA of AH adds to packets (RFC 4302, 2).
#pragma once

#include "ipsec/esp_suite.h"
#include "ipsec/overhead.h"

namespace esplanade::ah {

/// Octets that AH's length is a multiple of: 8 over IPv6, 4 over IPv4 or as the SA says (RFC 4302,
/// 2.6).
[[nodiscard]] auto alignment_of(const sa::SaParameters& parameters) noexcept -> std::size_t;

[[nodiscard]] auto overhead_of(const sa::SaParameters& parameters, ipsec::EspSizes sizes) noexcept
    -> ipsec::Overhead;

}  // namespace esplanade::ah
