// What hosts on a link say of their link-layer addresses, and how they are asked: ARP (RFC 826, RFC
// 5227) and IPv6 neighbour discovery (RFC 4861).
//
// Nothing of it is authentic: whoever is on the link can claim any address.
//
// Allocates: never.
#pragma once

#include "net/datagram.h"
#include "net/ethernet.h"

namespace esplanade::net {

struct Neighbour {
  Address address;
  MacAddress mac;
  auto operator==(const Neighbour&) const -> bool = default;
};

/// The sender of an ARP packet; nothing if it is none for IPv4 on Ethernet, or names no sender.
[[nodiscard]] auto sender_of_arp(core::View arp) noexcept -> std::optional<Neighbour>;

/// A whole message of neighbour discovery that comes from this link: ICMPv6 of types 133 to 137
/// with a hop limit of 255 (RFC 4861, 7.1).
[[nodiscard]] auto is_neighbour_discovery(const Datagram& datagram, core::View octets) noexcept
    -> bool;

/// The address that a neighbour advertisement is about; nothing for other messages. `octets` are a
/// datagram that is_neighbour_discovery().
[[nodiscard]] auto advertised_in(const Datagram& datagram, core::View octets) noexcept
    -> std::optional<Address>;

/// The longest question.
inline constexpr std::size_t question_size = ethernet_header_size + 40 + 24;

/// Writes a frame that asks who has `wanted`, without an address of our own: an ARP probe, or a
/// neighbour solicitation from `::`, which is answered to all nodes. How many octets it has.
[[nodiscard]] auto write_question(const Address& wanted, const MacAddress& ours,
                                  std::span<std::byte, question_size> out) noexcept -> std::size_t;

}  // namespace esplanade::net
