// UDP headers (RFC 768).
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "net/address.h"

namespace esplanade::net {

inline constexpr std::size_t udp_header_size = 8;

class Udp {
 public:
  /// `bytes` begin at the UDP header. Errors: too_short, bad_length (under 8, or beyond the bytes).
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Udp>;

  [[nodiscard]] auto src_port() const noexcept -> std::uint16_t;
  [[nodiscard]] auto dst_port() const noexcept -> std::uint16_t;
  [[nodiscard]] auto length() const noexcept -> std::uint16_t;
  [[nodiscard]] auto checksum() const noexcept -> std::uint16_t;
  [[nodiscard]] auto payload() const noexcept -> core::View;

 private:
  explicit Udp(core::View bytes) noexcept : bytes_(bytes) {}
  core::View bytes_;
};

/// Writes the header in front of `payload_length` octets that follow; checksum left 0.
void write_udp(std::span<std::byte, udp_header_size> out, std::uint16_t src_port,
               std::uint16_t dst_port, std::uint16_t payload_length) noexcept;

/// Computes and stores the checksum of `datagram` (header and payload); 0 is sent as 0xffff.
void set_udp_checksum(core::MutableView datagram, const Address& src, const Address& dst) noexcept;

}  // namespace esplanade::net
