// IPv6 headers and the chain of extension headers behind them (RFC 8200).
//
//   const auto ip = TRY(Ipv6::parse(bytes));
//   const auto chain = TRY(ip.chain());
//   chain.protocol, chain.upper_offset         // the upper layer and where it begins
//
// Units: octets, host order.  Allocates: never.  The view borrows the octets it was given.
#pragma once

#include "core/bytes.h"
#include "core/endian.h"
#include "core/result.h"
#include "iana/ip_protocol.h"
#include "net/address.h"

#include <optional>

namespace esplanade::net {

inline constexpr std::size_t ipv6_header_size = 40;

/// The Fragment header as seen (RFC 8200, 4.5); offset in octets.
struct Ipv6Fragment {
  std::uint16_t offset = 0;
  bool more = false;
  std::uint32_t id = 0;
};

/// Where the chain of extension headers leads. Hop-by-hop, routing, fragment and destination
/// options are walked over (RFC 4301, 4.4.1.1: the default list); AH and ESP end the chain. In a
/// fragment that is not the first, the chain ends at the Fragment header.
struct Ipv6Chain {
  iana::IpProtocol protocol{};   ///< of what begins at upper_offset
  std::size_t upper_offset = 0;  ///< from the start of the IPv6 header
  /// Offset of the octet that names `protocol` (a Next Header field).
  std::size_t next_header_at = 6;
  /// Where ESP or AH goes in transport mode: after hop-by-hop, routing and fragment, before
  /// destination options that follow them (RFC 4303, 3.1.1).
  std::size_t protect_offset = ipv6_header_size;
  iana::IpProtocol protect_protocol{};  ///< of what begins at protect_offset
  std::size_t protect_next_header_at = 6;
  std::optional<Ipv6Fragment> fragment;
};

class Ipv6 {
 public:
  /// Errors: too_short, bad_version. Jumbograms (payload length 0 with hop-by-hop) are refused
  /// as bad_length when octets follow the header.
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Ipv6>;

  [[nodiscard]] auto traffic_class() const noexcept -> std::uint8_t;
  [[nodiscard]] auto flow_label() const noexcept -> std::uint32_t;
  [[nodiscard]] auto payload_length() const noexcept -> std::uint16_t;
  [[nodiscard]] auto total_length() const noexcept -> std::size_t;  ///< header included
  [[nodiscard]] auto next_header() const noexcept -> iana::IpProtocol;
  [[nodiscard]] auto hop_limit() const noexcept -> std::uint8_t;
  [[nodiscard]] auto src() const noexcept -> Address;
  [[nodiscard]] auto dst() const noexcept -> Address;
  [[nodiscard]] auto header() const noexcept -> core::View;
  [[nodiscard]] auto payload() const noexcept -> core::View;  ///< trimmed to payload_length

  /// Errors: too_short, bad_chain (hop-by-hop not first, more than 8 extension headers).
  [[nodiscard]] auto chain() const noexcept -> core::Result<Ipv6Chain>;

 private:
  explicit Ipv6(core::View bytes) noexcept : bytes_(bytes) {}
  core::View bytes_;  // exactly total_length() octets
};

struct Ipv6Fields {
  Address src, dst;
  iana::IpProtocol next_header{};
  std::uint16_t payload_length = 0;
  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;
  std::uint8_t hop_limit = 64;
};

void write_ipv6(std::span<std::byte, ipv6_header_size> out, const Ipv6Fields& fields) noexcept;

/// Changes in place of a header that parse() accepted.
void set_ipv6_traffic_class(core::MutableView header, std::uint8_t traffic_class) noexcept;
void set_ipv6_payload_length(core::MutableView header, std::uint16_t length) noexcept;

}  // namespace esplanade::net
