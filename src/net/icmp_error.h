// ICMP errors about a packet that is too big or not let through: those we send to where it came
// from, and of the former those that routers send us (RFC 792, RFC 1191, RFC 4443, 3.1 and 3.2).
//
//   if (may_be_answered(*datagram, octets)) size = write_too_big(out, octets, {.from = ..., .mtu =
//   ...}); if (const auto error = read_too_big(octets)) error->mtu, error->quoted ...
//
// Units: octets, host order.  Allocates: never.  What is read borrows the octets it was given.
#pragma once

#include "net/datagram.h"

namespace esplanade::net {

/// What write_too_big() needs at most: what every IPv6 link takes (RFC 4443, 2.4 c).
inline constexpr std::size_t longest_icmp_error = 1280;

/// Whether an error about the packet may be sent at all: not about errors, later fragments,
/// multicast, broadcast or a source that is nobody (RFC 1122, 3.2.2; RFC 4443, 2.4 e).
[[nodiscard]] auto may_be_answered(const Datagram& datagram, core::View octets) noexcept -> bool;

struct TooBigFields {
  Address from;  ///< of the packet's family
  std::uint16_t mtu = 0;
};
/// A whole datagram that tells the source of `packet`, which was parsed before, what fits.
auto write_too_big(core::MutableView out, core::View packet, const TooBigFields& fields) noexcept
    -> std::size_t;

/// The same that tells it that policy forbids it: of IPv4 "communication administratively
/// prohibited" (RFC 1812, 5.2.7.1), of IPv6 the like (RFC 4443, 3.1). `from` is of its family.
auto write_prohibited(core::MutableView out, core::View packet, const Address& from) noexcept
    -> std::size_t;

/// The beginning of a packet of ours as an error quotes it.
struct QuotedPacket {
  Address src, dst;
  std::uint16_t total_length = 0;
  iana::IpProtocol protocol{};
  core::View upper;  ///< as much as was quoted; begins where `protocol` does
};
struct TooBigError {
  std::uint32_t mtu = 0;  ///< 0: a router from before RFC 1191
  QuotedPacket quoted;
};
/// What `start`, which needs not be a whole packet, shows of one; nothing where it shows no
/// addresses. Extension headers are walked as far as they are there.
[[nodiscard]] auto parse_quoted(core::View start) noexcept -> std::optional<QuotedPacket>;

/// The packet that an ICMP error of any type quotes, as far as it shows it; `octets` hold `error`.
/// Nothing where it is no error or quotes no addresses.
[[nodiscard]] auto quoted_in(const Datagram& error, core::View octets) noexcept
    -> std::optional<Datagram>;

/// Nothing where it is no such error, or one whose checksum is wrong or whose quotation shows no
/// addresses. Extension headers of a quoted packet are walked as far as they are there.
[[nodiscard]] auto read_too_big(core::View datagram) noexcept -> std::optional<TooBigError>;

}  // namespace esplanade::net
