// Does a packet fit the path of its SA, and what becomes of one that does not (RFC 4301, 8.2.1)?
//
// A tunnel cuts what may be cut before it is protected, so that the other end need not put
// fragments together, unless the SA leaves the cutting to the outer datagram (ARCH-5.1-06). What
// has DF, and IPv6, goes back to its sender with the size that fits, unless the SA says that the
// outer datagram may be cut (DF clear), or the packet is one that every IPv6 link has to take.
#pragma once

#include "ipsec/outbound_sa.h"
#include "net/datagram.h"

namespace esplanade::pipeline {

enum class PathFit : std::uint8_t {
  whole,
  cut_before,  ///< into fragments that are protected each
  cut_after,   ///< protected whole, and the outer datagram is cut
  refused,     ///< an error to the source
};

struct PathAnswer {
  PathFit fit{};
  std::uint16_t largest = 0;  ///< octets of a packet that fits; only where this one does not
};

/// What most packets are: so much smaller than their path that nothing need be computed. One that
/// is not may fit all the same, as fit_path() tells.
[[nodiscard]] auto surely_fits(ipsec::OutboundSa& sa, const net::Datagram& datagram) noexcept
    -> bool;

/// `octets` hold `datagram`.
[[nodiscard]] auto fit_path(const ipsec::OutboundSa& sa, const net::Datagram& datagram,
                            core::View octets) noexcept -> PathAnswer;

/// A path of `mtu` octets under an SA.
struct Path {
  const sa::SaParameters& parameters;
  ipsec::EspSizes sizes;
  std::size_t mtu;
};

/// If `datagram` in `octets` is TCP that announces a segment size, it announces none that the path
/// does not take; unless the SA says to keep it.
void lower_mss(const Path& path, const net::Datagram& datagram, core::MutableView octets) noexcept;

}  // namespace esplanade::pipeline
