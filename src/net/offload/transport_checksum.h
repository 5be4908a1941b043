// The checksum of TCP or UDP in a whole datagram, wherever its IP header comes from.
#pragma once

#include "core/bytes.h"
#include "iana/ip_protocol.h"

namespace esplanade::net {

/// Where it stands in the header of `protocol`: TCP or UDP.
[[nodiscard]] constexpr auto checksum_place(iana::IpProtocol protocol) noexcept -> std::size_t {
  return protocol == iana::IpProtocol::tcp ? 16 : 6;
}

/// The upper layer begins at `ip_size`, and its header is whole.
void set_transport_checksum(core::MutableView datagram, std::size_t ip_size,
                            iana::IpProtocol protocol) noexcept;
/// What a device that computes checksums is to find in its place: the pseudo-header's sum.
void set_pseudo_checksum(core::MutableView datagram, std::size_t ip_size, std::size_t upper_size,
                         iana::IpProtocol protocol) noexcept;
/// UDP over IPv4 may have none, and that is not right.
[[nodiscard]] auto is_transport_checksum_right(core::View datagram, std::size_t ip_size,
                                               iana::IpProtocol protocol) noexcept -> bool;

}  // namespace esplanade::net
