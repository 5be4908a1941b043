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

  [[nodiscard]] auto header_length() const noexcept -> std::size_t;  ///< 20 to 60
  [[nodiscard]] auto total_length() const noexcept -> std::uint16_t;
  [[nodiscard]] auto tos() const noexcept -> std::uint8_t;  ///< DSCP and ECN
  [[nodiscard]] auto id() const noexcept -> std::uint16_t;
  [[nodiscard]] auto dont_fragment() const noexcept -> bool;
  [[nodiscard]] auto more_fragments() const noexcept -> bool;
  [[nodiscard]] auto fragment_offset() const noexcept -> std::uint16_t;  ///< in octets
  [[nodiscard]] auto is_fragment() const noexcept -> bool;               ///< MF set or offset not 0
  [[nodiscard]] auto ttl() const noexcept -> std::uint8_t;
  [[nodiscard]] auto protocol() const noexcept -> iana::IpProtocol;
  [[nodiscard]] auto src() const noexcept -> Address;
  [[nodiscard]] auto dst() const noexcept -> Address;
  [[nodiscard]] auto header() const noexcept -> core::View;
  [[nodiscard]] auto options() const noexcept -> core::View;
  [[nodiscard]] auto payload() const noexcept -> core::View;
  [[nodiscard]] auto is_checksum_right() const noexcept -> bool;

 private:
  explicit Ipv4(core::View bytes) noexcept : bytes_(bytes) {}
  core::View bytes_;  // exactly total_length() octets
};

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

/// Writes 20 octets, checksum included.
void write_ipv4(std::span<std::byte, ipv4_min_header> out, const Ipv4Fields& fields) noexcept;

/// Changes in place of a header that parse() accepted; the checksum follows incrementally.
void set_ipv4_tos(core::MutableView header, std::uint8_t tos) noexcept;
void set_ipv4_total_length(core::MutableView header, std::uint16_t length) noexcept;
void set_ipv4_protocol(core::MutableView header, iana::IpProtocol protocol) noexcept;

}  // namespace esplanade::net
