#include "esp/decapsulate.h"

#include "esp/ecn.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

namespace esplanade::esp {
namespace {

using iana::IpProtocol;
using net::Verdict;

auto is_ipv6(core::View datagram) noexcept -> bool {
  return std::to_integer<unsigned>(datagram[0]) >> 4 == 6;
}

/// Of a header that was parsed before: TOS octet or traffic class.
auto tos_of(core::View datagram) noexcept -> std::uint8_t {
  const auto first = std::to_integer<unsigned>(datagram[0]);
  const auto second = std::to_integer<unsigned>(datagram[1]);
  if (is_ipv6(datagram)) return static_cast<std::uint8_t>(first << 4 | second >> 4);
  return static_cast<std::uint8_t>(second);
}

void set_tos(core::MutableView datagram, std::uint8_t tos) noexcept {
  if (is_ipv6(datagram)) {
    net::set_ipv6_traffic_class(datagram, tos);
  } else {
    net::set_ipv4_tos(datagram, tos);
  }
}

auto inner_size(const Payload& payload) noexcept -> std::expected<std::size_t, Verdict> {
  if (payload.next_header == IpProtocol::ipv4) {
    const auto ip = net::Ipv4::parse(payload.octets);
    if (!ip) return std::unexpected(Verdict::bad_inner);
    return ip->total_length();
  }
  if (payload.next_header == IpProtocol::ipv6) {
    const auto ip = net::Ipv6::parse(payload.octets);
    if (!ip) return std::unexpected(Verdict::bad_inner);
    return ip->total_length();
  }
  return std::unexpected(Verdict::bad_next_header);
}

/// Shrinks `packet` to `size` octets from `offset` on.
void narrow(net::Packet& packet, std::size_t offset, std::size_t size) noexcept {
  packet.pop_front(offset);
  packet.pop_back(packet.size - size);
}

auto offset_in(const net::Packet& packet, const Payload& payload) noexcept -> std::size_t {
  return static_cast<std::size_t>(payload.octets.data() - packet.bytes().data());
}

auto leave_tunnel(net::Packet& packet, const Payload& payload) noexcept -> Verdict {
  const auto size = inner_size(payload);
  if (!size) return size.error();
  const auto inner = payload.octets.first(*size);
  const auto before = tos_of(inner);
  const auto tos = decapsulated_tos(before, tos_of(packet.bytes()));
  if (!tos) return Verdict::bad_ecn;
  if (*tos != before) set_tos(inner, *tos);
  narrow(packet, offset_in(packet, payload), *size);
  return Verdict::pass;
}

auto leave_transport(net::Packet& packet, const Place& place, const Payload& payload) noexcept
    -> Verdict {
  const auto gap = offset_in(packet, payload) - place.ip_size;
  const auto size = place.ip_size + payload.octets.size();
  auto* start = packet.bytes().data();
  std::memmove(start + gap, start, place.ip_size);
  narrow(packet, gap, size);

  const auto header = packet.bytes().first(place.ip_size);
  if (is_ipv6(header)) {
    header[place.next_header_at] = static_cast<std::byte>(payload.next_header);
    net::set_ipv6_payload_length(header, static_cast<std::uint16_t>(size - net::ipv6_header_size));
  } else {
    net::set_ipv4_protocol(header, payload.next_header);
    net::set_ipv4_total_length(header, static_cast<std::uint16_t>(size));
  }
  return Verdict::pass;
}

}  // namespace

auto decapsulate(net::Packet& packet, const Place& place, const Payload& payload,
                 sa::Mode mode) noexcept -> net::Verdict {
  if (payload.next_header == IpProtocol::no_next_header) return Verdict::dummy;
  if (mode == sa::Mode::tunnel) return leave_tunnel(packet, payload);
  return leave_transport(packet, place, payload);
}

}  // namespace esplanade::esp
