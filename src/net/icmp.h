// ICMP and ICMPv6 messages (RFC 792; RFC 4443, 2.1), which differ in what their checksum covers.
//
//   const auto icmp = TRY(Icmp::parse(ip.payload()));
//   icmp.is_checksum_right();                        // ICMP
//   icmp.is_checksum_right(ip.src(), ip.dst());      // ICMPv6
//
// Units: octets, host order.  Allocates: never.  The view borrows the octets it was given.
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "net/address.h"

namespace esplanade::net {

/// Every message of either protocol has four octets of its own behind type, code and checksum.
inline constexpr std::size_t icmp_header_size = 8;

class Icmp {
 public:
  /// `bytes` are the whole message. Errors: too_short.
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Icmp> {
    if (bytes.size() >= icmp_header_size) return Icmp{bytes};
    return core::failure(core::Code::too_short, bytes.size());
  }

  [[nodiscard]] auto type() const noexcept -> std::uint8_t {
    return std::to_integer<std::uint8_t>(bytes_[0]);
  }
  [[nodiscard]] auto code() const noexcept -> std::uint8_t {
    return std::to_integer<std::uint8_t>(bytes_[1]);
  }
  /// Behind the header: echo data, or the beginning of the packet that caused an error.
  [[nodiscard]] auto payload() const noexcept -> core::View {
    return bytes_.subspan(icmp_header_size);
  }
  /// Of ICMP: over the message alone.
  [[nodiscard]] auto is_checksum_right() const noexcept -> bool;
  /// Of ICMPv6: over pseudo-header and message (RFC 4443, 2.3).
  [[nodiscard]] auto is_checksum_right(const Address& src, const Address& dst) const noexcept
      -> bool;

 private:
  explicit Icmp(core::View bytes) noexcept : bytes_(bytes) {}
  core::View bytes_;  // at least 8 octets
};

}  // namespace esplanade::net
