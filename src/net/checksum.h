// The Internet checksum (RFC 1071) and its incremental update (RFC 1624, equation 3).
//
//   Checksum sum;
//   sum.add(header).add(payload);
//   header.checksum(sum.finish());
#pragma once

#include "core/bytes.h"
#include "iana/ip_protocol.h"
#include "net/address.h"

namespace esplanade::net {

class Checksum {
 public:
  /// Adds octets; all but the last piece must have even length.
  auto add(core::View bytes) noexcept -> Checksum&;
  auto add16(std::uint16_t value) noexcept -> Checksum& { return add32(value); }
  auto add32(std::uint32_t value) noexcept -> Checksum& {
    sum_ += value;
    return *this;
  }
  /// The pseudo-header of RFC 793, 3.1 and RFC 8200, 8.1; `length` in octets.
  auto add_pseudo_header(const Address& src, const Address& dst, iana::IpProtocol protocol,
                         std::uint32_t length) noexcept -> Checksum&;

  /// One's complement of the sum, host order. Over data that holds a right checksum: 0.
  [[nodiscard]] auto finish() const noexcept -> std::uint16_t;

 private:
  std::uint64_t sum_ = 0;  // of host-order words; finish() folds the carries
};

/// `checksum` after one 16-bit word under it changed from `before` to `after`.
[[nodiscard]] auto updated_checksum(std::uint16_t checksum, std::uint16_t before,
                                    std::uint16_t after) noexcept -> std::uint16_t;

}  // namespace esplanade::net
