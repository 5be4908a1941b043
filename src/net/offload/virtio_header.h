// What a TUN device says of a packet that is more than one, and what it may be told (virtio 1.2,
// 5.1.6; fields in this machine's order, as Linux has them for TUN).
#pragma once

#include "core/bytes.h"

#include <array>

namespace esplanade::net {

inline constexpr std::size_t virtio_header_size = 10;

enum class SegmentKind : std::uint8_t { none = 0, tcp4 = 1, tcp6 = 4, udp = 5 };

struct VirtioHeader {
  static constexpr std::uint8_t needs_checksum = 1;
  static constexpr std::uint8_t has_ecn = 0x80;  ///< in `kind`: the first segment alone has CWR

  std::uint8_t flags = 0;
  std::uint8_t kind = 0;             ///< a SegmentKind, and perhaps has_ecn
  std::uint16_t header_size = 0;     ///< octets of IP and TCP or UDP; a hint
  std::uint16_t segment_size = 0;    ///< octets of payload in each segment but the last
  std::uint16_t checksum_start = 0;  ///< from where a checksum is to be computed ...
  std::uint16_t checksum_at = 0;     ///< ... and where it goes, from there

  [[nodiscard]] static auto load(std::span<const std::byte, virtio_header_size> from) noexcept
      -> VirtioHeader {
    VirtioHeader header;
    std::memcpy(&header, from.data(), virtio_header_size);
    return header;
  }
  void store(std::span<std::byte, virtio_header_size> to) const noexcept {
    std::memcpy(to.data(), this, virtio_header_size);
  }
};
static_assert(sizeof(VirtioHeader) == virtio_header_size);

}  // namespace esplanade::net
