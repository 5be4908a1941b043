// What an SA puts around a packet, to the octet.
//
//   overhead.outer_size(inner)          // how large a datagram of `inner` octets becomes
//   overhead.largest_inner(path_mtu)    // and the largest that fits a path
//
// ESP pads what it encrypts to a multiple of the cipher's block, so the two are not a constant
// apart.  Units: octets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace esplanade::ipsec {

struct Overhead {
  std::uint16_t front = 0;    ///< headers that are added, IV included
  std::uint16_t trailer = 0;  ///< pad length and next header
  std::uint16_t align = 1;    ///< a power of two; what is encrypted is a multiple, trailer included
  std::uint16_t icv = 0;      ///< behind it
  /// Of the packet's own front: not encrypted, for it stays in front (transport mode) ...
  std::uint16_t kept = 0;
  /// ... or goes, for the other end knows it (BEET mode).
  std::uint16_t removed = 0;

  [[nodiscard]] constexpr auto outer_size(std::size_t inner) const noexcept -> std::size_t {
    const auto encrypted = inner - kept - removed + trailer;
    const auto mask = std::size_t{align} - 1;
    return std::size_t{kept} + front + ((encrypted + mask) & ~mask) + icv;
  }
  /// The same in transport mode, for packets that have `count` octets of headers in front of it.
  [[nodiscard]] constexpr auto keeping(std::size_t count) const noexcept -> Overhead {
    auto other = *this;
    other.kept = static_cast<std::uint16_t>(count);
    return other;
  }
  /// How much larger a packet of any size becomes, at most.
  [[nodiscard]] constexpr auto most_added() const noexcept -> std::size_t {
    return std::size_t{front} + trailer + align - 1 + icv;
  }
  /// 0 where nothing fits.
  [[nodiscard]] constexpr auto largest_inner(std::size_t path_mtu) const noexcept -> std::size_t {
    const auto around = std::size_t{kept} + front + icv;
    if (path_mtu < around + align + trailer) return 0;
    return ((path_mtu - around) & ~(std::size_t{align} - 1)) - trailer + kept + removed;
  }
};

}  // namespace esplanade::ipsec
