// IPv4 headers, with options (RFC 791).
//
//   const auto ip = TRY(Ipv4::parse(bytes));        // checks version, lengths; not the checksum
//   ip.payload();                                   // trimmed to the total length
//
// Units: octets, host order.  Allocates: never.  The view borrows the octets it was given.
#pragma once

#include "core/bytes.h"
#include "core/endian.h"
#include "core/result.h"
#include "iana/ip_protocol.h"
#include "net/address.h"

namespace esplanade::net {

inline constexpr std::size_t ipv4_min_header = 20;

class Ipv4 {
 public:
  /// Errors: too_short (fewer octets than the header or total length say), bad_version,
  /// bad_length (header length under 20, or total length under the header length).
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Ipv4>;

  [[nodiscard]] auto header_length() const noexcept -> std::size_t {  ///< 20 to 60
    return std::to_integer<std::size_t>(bytes_[0] & std::byte{0x0f}) * 4;
  }
  [[nodiscard]] auto total_length() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<2, 2>());
  }
  /// DSCP and ECN.
  [[nodiscard]] auto tos() const noexcept -> std::uint8_t {
    return std::to_integer<std::uint8_t>(bytes_[1]);
  }
  [[nodiscard]] auto id() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<4, 2>());
  }
  [[nodiscard]] auto dont_fragment() const noexcept -> bool {
    return (flags_and_offset() & 0x4000) != 0;
  }
  [[nodiscard]] auto more_fragments() const noexcept -> bool {
    return (flags_and_offset() & 0x2000) != 0;
  }
  /// In octets.
  [[nodiscard]] auto fragment_offset() const noexcept -> std::uint16_t {
    return static_cast<std::uint16_t>((flags_and_offset() & 0x1fff) * 8);
  }
  /// More fragments follow, or the offset is not 0.
  [[nodiscard]] auto is_fragment() const noexcept -> bool {
    return (flags_and_offset() & 0x3fff) != 0;
  }
  [[nodiscard]] auto ttl() const noexcept -> std::uint8_t {
    return std::to_integer<std::uint8_t>(bytes_[8]);
  }
  [[nodiscard]] auto protocol() const noexcept -> iana::IpProtocol {
    return static_cast<iana::IpProtocol>(bytes_[9]);
  }
  [[nodiscard]] auto src() const noexcept -> Address { return Address{bytes_.subspan<12, 4>()}; }
  [[nodiscard]] auto dst() const noexcept -> Address { return Address{bytes_.subspan<16, 4>()}; }
  [[nodiscard]] auto header() const noexcept -> core::View { return bytes_.first(header_length()); }
  [[nodiscard]] auto options() const noexcept -> core::View {
    return header().subspan(ipv4_min_header);
  }
  [[nodiscard]] auto payload() const noexcept -> core::View {
    return bytes_.subspan(header_length());
  }
  [[nodiscard]] auto is_checksum_right() const noexcept -> bool;

 private:
  explicit Ipv4(core::View bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] auto flags_and_offset() const noexcept -> unsigned {
    return core::load_be<std::uint16_t>(bytes_.subspan<6, 2>());
  }

  core::View bytes_;  // exactly total_length() octets, so never fewer than 20
};

inline auto Ipv4::parse(core::View bytes) noexcept -> core::Result<Ipv4> {
  using enum core::Code;
  if (bytes.size() < ipv4_min_header) return core::failure(too_short, bytes.size());
  if (std::to_integer<unsigned>(bytes[0] >> 4) != 4) return core::failure(bad_version);
  const Ipv4 ip{bytes};
  if (ip.header_length() < ipv4_min_header) return core::failure(bad_length);
  if (ip.total_length() < ip.header_length()) return core::failure(bad_length, 2);
  if (ip.total_length() > bytes.size()) return core::failure(too_short, bytes.size());
  return Ipv4{bytes.first(ip.total_length())};
}

/// What a new header without options needs; lengths in octets.
struct Ipv4Fields {
  Address src, dst;
  iana::IpProtocol protocol{};
  std::uint16_t payload_length = 0;
  std::uint16_t id = 0;
  bool dont_fragment = false;
  std::uint8_t tos = 0;
  std::uint8_t ttl = 64;
};

/// Writes 20 octets, checksum included. A payload that does not fit 65535 octets is a bug.
void write_ipv4(std::span<std::byte, ipv4_min_header> out, const Ipv4Fields& fields) noexcept;

/// Changes in place of a header that parse() accepted; the checksum follows incrementally.
void set_ipv4_tos(core::MutableView header, std::uint8_t tos) noexcept;
void set_ipv4_id(core::MutableView header, std::uint16_t id) noexcept;
void set_ipv4_total_length(core::MutableView header, std::uint16_t length) noexcept;
void set_ipv4_protocol(core::MutableView header, iana::IpProtocol protocol) noexcept;

}  // namespace esplanade::net
