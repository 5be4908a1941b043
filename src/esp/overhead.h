// What an SA of ESP adds to packets (RFC 4303, 2; RFC 3948, 2.1).
#pragma once

#include "ipsec/esp_suite.h"
#include "ipsec/overhead.h"

namespace esplanade::esp {

/// For packets that have `kept` octets of headers in front of ESP in transport mode; in other modes
/// it says nothing. In BEET mode, for packets without options.
[[nodiscard]] auto overhead_of(const sa::SaParameters& parameters, ipsec::EspSizes sizes,
                               std::size_t kept) noexcept -> ipsec::Overhead;

}  // namespace esplanade::esp
