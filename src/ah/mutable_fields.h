// What routers may change in the headers before AH counts as zero in its ICV (RFC 4302, 3.3.3.1 and
// appendix A).
//
//   if (!is_covered(headers, direction)) ...       // such headers AH cannot protect
//   saved.take(headers);
//   blank_mutable_fields(headers, direction);      // compute the ICV
//   saved.put_back(headers);
//
// `headers` are all octets before AH: an IPv4 header with its options, or an IPv6 header with
// hop-by-hop, routing and destination options; a Fragment header is taken out before
// (ah/fragment_header.h). Outbound, what is predictable becomes what the receiver will see: the
// destination of a source route, the addresses of routing headers of types 0 and 2. Inbound it is
// taken as it came, so a packet that has stops before it does not verify.
//
// Allocates: never.
#pragma once

#include "sa/sa_parameters.h"

namespace esplanade::ah {

/// Longer headers are not covered.
inline constexpr std::size_t longest_headers = 256;

/// Sets to zero what is mutable, in place. False, with the headers in any state, where no RFC says
/// what that is (another routing type, a Home Address, which moves: RFC 6275, 11.3.2), and for
/// options that run over their end.
[[nodiscard]] auto blank_mutable_fields(core::MutableView headers, sa::Direction direction) noexcept
    -> bool;

/// Would that succeed, and fit SavedHeaders?
[[nodiscard]] auto is_covered(core::View headers, sa::Direction direction) noexcept -> bool;

/// Headers as they were.
class SavedHeaders {
 public:
  void take(core::View headers) noexcept { core::copy(headers, octets_); }
  void put_back(core::MutableView headers) const noexcept {
    core::copy(core::View(octets_).first(headers.size()), headers);
  }

 private:
  std::array<std::byte, longest_headers> octets_;
};

}  // namespace esplanade::ah
