// UDP headers (RFC 768).
//
// Units: octets, host order.  Allocates: never.  The view borrows the octets it was given.
#pragma once

#include "core/bytes.h"
#include "core/endian.h"
#include "core/result.h"
#include "net/address.h"

namespace esplanade::net {

inline constexpr std::size_t udp_header_size = 8;

class Udp {
 public:
  /// `bytes` begin at the UDP header. Errors: too_short, bad_length (under 8, or beyond the bytes).
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Udp>;

  [[nodiscard]] auto src_port() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<0, 2>());
  }
  [[nodiscard]] auto dst_port() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<2, 2>());
  }
  /// In octets, header included.
  [[nodiscard]] auto length() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<4, 2>());
  }
  /// As sent; 0 means none was computed.
  [[nodiscard]] auto checksum() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<6, 2>());
  }
  /// Trimmed to length().
  [[nodiscard]] auto payload() const noexcept -> core::View {
    return bytes_.subspan(udp_header_size);
  }

 private:
  explicit Udp(core::View bytes) noexcept : bytes_(bytes) {}
  core::View bytes_;  // exactly length() octets, so never fewer than 8
};

inline auto Udp::parse(core::View bytes) noexcept -> core::Result<Udp> {
  if (bytes.size() < udp_header_size) return core::failure(core::Code::too_short, bytes.size());
  const auto length = Udp{bytes}.length();
  if (length < udp_header_size || length > bytes.size()) {
    return core::failure(core::Code::bad_length, 4);
  }
  return Udp{bytes.first(length)};
}

/// Writes the header in front of `payload_length` octets that follow; checksum left 0. A payload
/// that does not fit 65535 octets is a bug.
void write_udp(std::span<std::byte, udp_header_size> out, std::uint16_t src_port,
               std::uint16_t dst_port, std::uint16_t payload_length) noexcept;

/// Computes and stores the checksum of `datagram` (header and payload); 0 is sent as 0xffff.
void set_udp_checksum(core::MutableView datagram, const Address& src, const Address& dst) noexcept;

}  // namespace esplanade::net
