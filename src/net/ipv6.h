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
  std::size_t at = 0;        ///< where the header begins, from the start of the IPv6 header
  std::size_t named_at = 0;  ///< the octet that names it
  /// A whole datagram that merely carries the header (RFC 6946, 4).
  [[nodiscard]] auto is_atomic() const noexcept -> bool { return offset == 0 && !more; }
};

/// Where the chain of extension headers leads. Hop-by-hop, routing, fragment and destination
/// options are walked over (RFC 4301, 4.4.1.1: the default list); AH and ESP end the chain. In a
/// fragment that is not the first, the chain ends at the Fragment header.
struct Ipv6Chain {
  iana::IpProtocol protocol{};                  ///< of what begins at upper_offset
  std::size_t upper_offset = ipv6_header_size;  ///< from the start of the IPv6 header
  /// Offset of the octet that names `protocol` (a Next Header field).
  std::size_t next_header_at = 6;
  /// Where ESP or AH goes in transport mode: after hop-by-hop, routing and fragment, before
  /// destination options that follow them (RFC 4303, 3.1.1).
  std::size_t protect_offset = ipv6_header_size;
  iana::IpProtocol protect_protocol{};  ///< of what begins at protect_offset
  std::size_t protect_next_header_at = 6;
  std::optional<Ipv6Fragment> fragment;
};

/// The extension headers that are walked over (RFC 4301, 4.4.1.1): hop-by-hop options, routing,
/// fragment and destination options.
[[nodiscard]] auto is_walked(iana::IpProtocol protocol) noexcept -> bool;

class Ipv6 {
 public:
  /// Errors: too_short, bad_version. Jumbograms (payload length 0 with hop-by-hop) are refused
  /// as bad_length when octets follow the header.
  [[nodiscard]] static auto parse(core::View bytes) noexcept -> core::Result<Ipv6>;

  [[nodiscard]] auto traffic_class() const noexcept -> std::uint8_t {
    return static_cast<std::uint8_t>(first_word() >> 20);
  }
  [[nodiscard]] auto flow_label() const noexcept -> std::uint32_t { return first_word() & 0xfffff; }
  [[nodiscard]] auto payload_length() const noexcept -> std::uint16_t {
    return core::load_be<std::uint16_t>(bytes_.subspan<4, 2>());
  }
  /// Header included.
  [[nodiscard]] auto total_length() const noexcept -> std::size_t {
    return ipv6_header_size + payload_length();
  }
  [[nodiscard]] auto next_header() const noexcept -> iana::IpProtocol {
    return static_cast<iana::IpProtocol>(bytes_[6]);
  }
  [[nodiscard]] auto hop_limit() const noexcept -> std::uint8_t {
    return std::to_integer<std::uint8_t>(bytes_[7]);
  }
  [[nodiscard]] auto src() const noexcept -> Address { return Address{bytes_.subspan<8, 16>()}; }
  [[nodiscard]] auto dst() const noexcept -> Address { return Address{bytes_.subspan<24, 16>()}; }
  [[nodiscard]] auto header() const noexcept -> core::View {
    return bytes_.first(ipv6_header_size);
  }
  /// Trimmed to payload_length().
  [[nodiscard]] auto payload() const noexcept -> core::View {
    return bytes_.subspan(ipv6_header_size);
  }

  /// Errors: too_short, bad_chain (hop-by-hop not first, more than 8 extension headers, more than
  /// one Fragment header: such a packet has no one fragment state that policy could judge).
  [[nodiscard]] auto chain() const noexcept -> core::Result<Ipv6Chain>;

 private:
  explicit Ipv6(core::View bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] auto first_word() const noexcept -> std::uint32_t {
    return core::load_be<std::uint32_t>(bytes_.subspan<0, 4>());
  }

  core::View bytes_;  // exactly total_length() octets, so never fewer than 40
};

inline auto Ipv6::parse(core::View bytes) noexcept -> core::Result<Ipv6> {
  using enum core::Code;
  if (bytes.size() < ipv6_header_size) return core::failure(too_short, bytes.size());
  if (std::to_integer<unsigned>(bytes[0] >> 4) != 6) return core::failure(bad_version);
  const Ipv6 ip{bytes};
  if (ip.total_length() > bytes.size()) return core::failure(too_short, bytes.size());
  // A jumbogram's length stands in an option (RFC 2675, 3).
  const auto is_jumbogram = ip.payload_length() == 0 && bytes.size() > ipv6_header_size &&
                            ip.next_header() == iana::IpProtocol::hop_by_hop;
  if (is_jumbogram) return core::failure(bad_length, 4);
  return Ipv6{bytes.first(ip.total_length())};
}

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
