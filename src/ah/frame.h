// One datagram with AH in it as the cryptography sees it (RFC 4302, 2).
//
//   | IP header, options or extensions | AH                                     | payload |
//
//   AH: | next | length | reserved | SPI | number | ICV field: [IV] ICV | padding |
//
// The length is in words of 4 octets, less 2. The IV is GMAC's (RFC 4543, 4).
#pragma once

#include "core/bytes.h"
#include "core/ids.h"
#include "core/inplace_vector.h"
#include "ipsec/esp_suite.h"
#include "net/packet.h"

namespace esplanade::ah {

/// Up to the sequence number.
inline constexpr std::size_t fixed_size = 12;

struct Frame {
  core::MutableView datagram;  ///< from the IP header to the end, whole
  std::size_t ah_at = 0;
  std::size_t next_header_at = 0;  ///< of an inbound one: the octet that names AH
  core::Seq64 seq;
  bool is_authentic = false;  ///< set by unprotect()

  [[nodiscard]] auto headers() const noexcept -> core::MutableView { return datagram.first(ah_at); }
  [[nodiscard]] auto icv_field(ipsec::EspSizes sizes) const noexcept -> core::MutableView {
    return datagram.subspan(ah_at + fixed_size, std::size_t{sizes.iv} + sizes.icv);
  }
};

/// Octets of all of AH, a multiple of `align`.
[[nodiscard]] constexpr auto header_size_for(ipsec::EspSizes sizes, std::size_t align) noexcept
    -> std::size_t {
  const auto unpadded = fixed_size + sizes.iv + sizes.icv;
  return (unpadded + align - 1) / align * align;
}

/// Of one batch and one SA.
using Frames = core::InplaceVector<Frame, net::batch_max>;

}  // namespace esplanade::ah
