// What an SA puts around a packet, to the octet.
//
//   overhead.outer_size(inner)          // how large a datagram of `inner` octets becomes
//   overhead.largest_inner(path_mtu)    // and the largest that fits a path
//
// ESP pads what it encrypts to a multiple of the cipher's block, so the two are not a constant
// apart.  Units: octets.
#pragma once

#include <cstddef>

namespace esplanade::ipsec {

struct Overhead {
  std::size_t front = 0;    ///< headers that are added, IV included
  std::size_t trailer = 0;  ///< pad length and next header
  std::size_t align = 1;    ///< a power of two; what is encrypted is a multiple, trailer included
  std::size_t icv = 0;      ///< behind it
  /// Of the packet's own front: not encrypted, for it stays in front (transport mode) ...
  std::size_t kept = 0;
  /// ... or goes, for the other end knows it (BEET mode).
  std::size_t removed = 0;

  [[nodiscard]] constexpr auto outer_size(std::size_t inner) const noexcept -> std::size_t {
    const auto encrypted = inner - kept - removed + trailer;
    return kept + front + ((encrypted + align - 1) & ~(align - 1)) + icv;
  }
  /// How much larger a packet of any size becomes, at most.
  [[nodiscard]] constexpr auto most_added() const noexcept -> std::size_t {
    return front + trailer + align - 1 + icv;
  }
  /// 0 where nothing fits.
  [[nodiscard]] constexpr auto largest_inner(std::size_t path_mtu) const noexcept -> std::size_t {
    const auto around = kept + front + icv;
    if (path_mtu < around + align + trailer) return 0;
    return ((path_mtu - around) & ~(align - 1)) - trailer + kept + removed;
  }
};

}  // namespace esplanade::ipsec
