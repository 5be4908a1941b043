// Into a tunnel and out of it: what ESP and AH do alike to the headers of a packet (RFC 4301, 5.1.2
// and 5.2; RFC 6040).
//
//   const auto clear = TRY(take_apart(packet.bytes(), parameters.mode));
//   write_outer_header(packet, parameters, {.protocol = IpProtocol::esp, .tos = clear.tos, ...});
//   ...
//   leave_tunnel(packet, {payload, next_header}, parameters);
//
// The outer header takes DSCP and ECN from the inner one, by the SA's map and mode, and DF as the
// SA says; its TTL is 64, its flow label 0, and options and extension headers stay inside.
// Allocates: never.
#pragma once

#include "core/ids.h"
#include "iana/ip_protocol.h"
#include "ipsec/ecn.h"
#include "net/packet.h"
#include "net/plain_ip.h"

#include <expected>

namespace esplanade::ipsec {

/// A clear datagram: octets of its own IP header that stay in front, and the rest.
struct ClearPacket {
  std::size_t total = 0;  ///< octets of the datagram
  std::size_t kept = 0;   ///< 0 but in transport mode
  iana::IpProtocol next_header{};
  std::size_t next_header_at = 0;  ///< where the kept header names it
  std::uint8_t tos = 0;
  std::uint8_t ttl = 0;
  bool dont_fragment = false;
};

/// Errors: malformed; fragment_in_transport, also in BEET mode.
[[nodiscard]] auto take_apart(core::View datagram, sa::Mode mode) noexcept
    -> std::expected<ClearPacket, net::Verdict>;

/// Opens a gap of `size` octets behind the first `kept`, which move to the front.
void open_gap(net::Packet& packet, std::size_t kept, std::size_t size) noexcept;

struct OuterFields {
  iana::IpProtocol protocol{};
  std::uint8_t tos = 0;  ///< the inner packet's, as `dont_fragment` is
  bool dont_fragment = false;
  core::Seq64 seq;  ///< becomes the identification where one is needed
  std::uint8_t ttl = 64;
};

/// DF of the outer IPv4 header (RFC 4301, 8.1).
[[nodiscard]] auto outer_df(sa::DfPolicy policy, bool inner) noexcept -> bool;

/// What write_outer_header() needs in front.
[[nodiscard]] auto outer_header_size(const sa::SaParameters& parameters) noexcept -> std::size_t;
void write_outer_header(net::Packet& packet, const sa::SaParameters& parameters,
                        const OuterFields& fields) noexcept;

/// Makes the header that stayed in front name `protocol`, and the length of the packet.
void mend_kept_header(net::Packet& packet, const ClearPacket& clear,
                      iana::IpProtocol protocol) noexcept;

/// What an opened packet carried; lies within it.
struct Payload {
  core::MutableView octets;
  iana::IpProtocol next_header{};
};

/// Makes `packet` the datagram in `payload`; what stands behind it is cut off (ESP-2.7-04).
/// Answers pass, or with the packet unchanged: bad_next_header, bad_inner, bad_ecn.
[[nodiscard]] auto leave_tunnel(net::Packet& packet, const Payload& payload,
                                const sa::SaParameters& parameters) noexcept -> net::Verdict;

/// Puts the `ip_size` octets of headers in front of `payload`; `next_header_at` is the place of
/// the octet in them that named ESP or AH. Answers pass.
void leave_transport(net::Packet& packet, const Payload& payload, std::size_t ip_size,
                     std::size_t next_header_at) noexcept;

using net::is_ipv6;
using net::tos_of;
[[nodiscard]] inline auto offset_in(const net::Packet& packet, const Payload& payload) noexcept
    -> std::size_t {
  return static_cast<std::size_t>(payload.octets.data() - packet.bytes().data());
}

}  // namespace esplanade::ipsec
