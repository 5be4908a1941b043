// What can be said of a datagram with AH before cryptography is spent on it.
#pragma once

#include "ah/frame.h"

namespace esplanade::ah {

/// Octets of all of AH, by its own length field; `ah` has two octets at least.
[[nodiscard]] inline auto length_of(core::View ah) noexcept -> std::size_t {
  return (std::to_integer<std::size_t>(ah[1]) + 2) * 4;
}

/// Verdicts: pass, too_short, bad_ah_length (RFC 4302, 2.2 and 2.6), uncovered_headers.
[[nodiscard]] auto judge(const Frame& frame, ipsec::EspSizes sizes) noexcept -> net::Verdict;

}  // namespace esplanade::ah
