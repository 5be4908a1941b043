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

/// What the SA adds to a packet whose upper layer begins at `upper_offset`; kept in the SA.
[[nodiscard]] auto overhead_for(ipsec::OutboundSa& sa, std::size_t upper_offset) noexcept
    -> ipsec::Overhead;

/// What most packets do: one of `size` octets fits as it is.
[[nodiscard]] inline auto fits(ipsec::OutboundSa& sa, std::size_t size,
                               std::size_t upper_offset) noexcept -> bool {
  const bool is_tunnel = sa.parameters.mode == sa::Mode::tunnel;
  const auto outer = is_tunnel && sa.overhead ? sa.overhead->outer_size(size)
                                              : overhead_for(sa, upper_offset).outer_size(size);
  return outer <= sa.path_mtu.current();
}

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
