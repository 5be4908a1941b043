// One ESP packet as the cryptography sees it: the octets from SPI to ICV, and the full sequence
// number (RFC 4303, 2).
//
//   | SPI | sequence number | IV | payload, padding, pad length, next header | ICV |
//   |<------ header ------->|    |<------------- ciphertext ---------------->|     |
#pragma once

#include "core/bytes.h"
#include "core/ids.h"
#include "core/inplace_vector.h"
#include "ipsec/esp_suite.h"
#include "net/packet.h"

#include <algorithm>

namespace esplanade::esp {

/// SPI and sequence number.
inline constexpr std::size_t header_size = 8;
/// Pad length and next header.
inline constexpr std::size_t trailer_size = 2;

struct Frame {
  core::MutableView octets;  ///< at least header, IV, trailer and ICV long
  core::Seq64 seq;
  bool is_authentic = false;  ///< set by unprotect()

  [[nodiscard]] auto header() const noexcept -> core::View { return octets.first(header_size); }
  [[nodiscard]] auto iv(ipsec::EspSizes sizes) const noexcept -> core::MutableView {
    return octets.subspan(header_size, sizes.iv);
  }
  [[nodiscard]] auto ciphertext(ipsec::EspSizes sizes) const noexcept -> core::MutableView {
    const auto start = header_size + sizes.iv;
    return octets.subspan(start, octets.size() - start - sizes.icv);
  }
  [[nodiscard]] auto icv(ipsec::EspSizes sizes) const noexcept -> core::MutableView {
    return octets.last(sizes.icv);
  }
};

/// The fewest octets a packet can have: an empty payload, padded.
[[nodiscard]] constexpr auto min_frame(ipsec::EspSizes sizes) noexcept -> std::size_t {
  return header_size + sizes.iv + std::max<std::size_t>(sizes.align, trailer_size) + sizes.icv;
}

/// Of one batch and one SA.
using Frames = core::InplaceVector<Frame, net::batch_max>;

}  // namespace esplanade::esp
