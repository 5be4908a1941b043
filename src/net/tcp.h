// TCP headers, with options (RFC 9293, 3.1).
//
// Units: octets, host order.  Allocates: never.  The view borrows the octets it was given.
#pragma once

#include "core/bytes.h"
#include "core/endian.h"
#include "core/result.h"

#include <utility>

namespace esplanade::net {

inline constexpr std::size_t tcp_min_header = 20;

enum class TcpFlag : std::uint8_t {
  fin = 0x01,
  syn = 0x02,
  rst = 0x04,
  psh = 0x08,
  ack = 0x10,
  urg = 0x20,
  ece = 0x40,
  cwr = 0x80,
};

class Tcp {
 public:
  /// `bytes` are the whole segment. Errors: too_short (fewer octets than the header says),
  /// bad_length (data offset under 5).
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Tcp>;

  [[nodiscard]] auto src_port() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<0, 2>());
  }
  [[nodiscard]] auto dst_port() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<2, 2>());
  }
  [[nodiscard]] auto header_length() const noexcept -> std::size_t {  ///< 20 to 60
    return std::to_integer<std::size_t>(bytes_[12] >> 4) * 4;
  }
  [[nodiscard]] auto has(TcpFlag flag) const noexcept -> bool {
    return (std::to_integer<unsigned>(bytes_[13]) & std::to_underlying(flag)) != 0;
  }
  [[nodiscard]] auto options() const noexcept -> core::View {
    return bytes_.first(header_length()).subspan(tcp_min_header);
  }
  [[nodiscard]] auto payload() const noexcept -> core::View {
    return bytes_.subspan(header_length());
  }

 private:
  explicit Tcp(core::View bytes) noexcept : bytes_(bytes) {}
  core::View bytes_;  // at least header_length() octets
};

inline auto Tcp::parse(core::View bytes) noexcept -> core::Result<Tcp> {
  using enum core::Code;
  if (bytes.size() < tcp_min_header) return core::failure(too_short, bytes.size());
  const Tcp tcp{bytes};
  if (tcp.header_length() < tcp_min_header) return core::failure(bad_length, 12);
  if (tcp.header_length() > bytes.size()) return core::failure(too_short, bytes.size());
  return tcp;
}

}  // namespace esplanade::net
