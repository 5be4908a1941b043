// IANA "Assigned Internet Protocol Numbers" (protocol-numbers), the rows this program meets.
// Copied 2026-11-23. The same numbers serve as IPv4 Protocol, IPv6 and ESP Next Header.
#pragma once

#include "iana/registry.h"

#include <cstdint>

namespace esplanade::iana {

enum class IpProtocol : std::uint8_t {
  hop_by_hop = 0,
  icmp = 1,
  ipv4 = 4,
  tcp = 6,
  udp = 17,
  ipv6 = 41,
  routing = 43,
  fragment = 44,
  esp = 50,
  ah = 51,
  icmpv6 = 58,
  no_next_header = 59,
  destination_options = 60,
  beet = 94,
  sctp = 132,
  mobility = 135,
  udp_lite = 136,
  hip = 139,
  shim6 = 140,
};

inline constexpr auto ip_protocols = std::to_array<Row<IpProtocol>>({
    {IpProtocol::hop_by_hop, "HOPOPT", "RFC 8200"},
    {IpProtocol::icmp, "ICMP", "RFC 792"},
    {IpProtocol::ipv4, "IPv4", "RFC 2003"},
    {IpProtocol::tcp, "TCP", "RFC 9293"},
    {IpProtocol::udp, "UDP", "RFC 768"},
    {IpProtocol::ipv6, "IPv6", "RFC 2473"},
    {IpProtocol::routing, "IPv6-Route", "RFC 8200"},
    {IpProtocol::fragment, "IPv6-Frag", "RFC 8200"},
    {IpProtocol::esp, "ESP", "RFC 4303"},
    {IpProtocol::ah, "AH", "RFC 4302"},
    {IpProtocol::icmpv6, "IPv6-ICMP", "RFC 8200"},
    {IpProtocol::no_next_header, "IPv6-NoNxt", "RFC 8200"},
    {IpProtocol::destination_options, "IPv6-Opts", "RFC 8200"},
    {IpProtocol::beet, "BEET", "draft-nikander-esp-beet-mode"},
    {IpProtocol::sctp, "SCTP", "RFC 9260"},
    {IpProtocol::mobility, "Mobility Header", "RFC 6275"},
    {IpProtocol::udp_lite, "UDPLite", "RFC 3828"},
    {IpProtocol::hip, "HIP", "RFC 7401"},
    {IpProtocol::shim6, "Shim6", "RFC 5533"},
});
static_assert(is_sorted_and_unique(ip_protocols));

}  // namespace esplanade::iana
