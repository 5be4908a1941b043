#include "ipsec/tunnel.h"

#include "net/ipv4.h"
#include "net/ipv6.h"

namespace esplanade::ipsec {
namespace {

using iana::IpProtocol;
using net::Family;
using net::Verdict;

auto take_ipv4_apart(core::View bytes, sa::Mode mode) noexcept
    -> std::expected<ClearPacket, Verdict> {
  const auto ip = net::Ipv4::parse(bytes);
  if (!ip) return std::unexpected(Verdict::malformed);
  auto clear = ClearPacket{.total = ip->total_length(),
                           .next_header = IpProtocol::ipv4,
                           .tos = ip->tos(),
                           .ttl = ip->ttl(),
                           .dont_fragment = ip->dont_fragment()};
  if (mode == sa::Mode::tunnel) return clear;
  if (ip->is_fragment()) return std::unexpected(Verdict::fragment_in_transport);
  clear.next_header = ip->protocol();
  if (mode == sa::Mode::beet) return clear;
  constexpr std::size_t protocol_at = 9;
  clear.kept = ip->header_length();
  clear.next_header_at = protocol_at;
  return clear;
}

auto take_ipv6_apart(core::View bytes, sa::Mode mode) noexcept
    -> std::expected<ClearPacket, Verdict> {
  const auto ip = net::Ipv6::parse(bytes);
  if (!ip) return std::unexpected(Verdict::malformed);
  auto clear = ClearPacket{.total = ip->total_length(),
                           .next_header = IpProtocol::ipv6,
                           .tos = ip->traffic_class(),
                           .ttl = ip->hop_limit()};
  if (mode == sa::Mode::tunnel) return clear;
  const auto chain = ip->chain();
  if (!chain) return std::unexpected(Verdict::malformed);
  if (chain->fragment) return std::unexpected(Verdict::fragment_in_transport);
  clear.next_header = ip->next_header();
  if (mode == sa::Mode::beet) return clear;
  clear.kept = chain->protect_offset;
  clear.next_header = chain->protect_protocol;
  clear.next_header_at = chain->protect_next_header_at;
  return clear;
}

/// A datagram that cannot be fragmented needs no identification (RFC 6864, 4.1). AH covers the
/// field, and the system puts one of its own in place of 0, so there it is never that.
auto outer_id(const OuterFields& fields, bool dont_fragment) noexcept -> std::uint16_t {
  const auto id = static_cast<std::uint16_t>(fields.seq.value);
  if (fields.protocol == IpProtocol::ah) return id == 0 ? std::uint16_t{1} : id;
  return dont_fragment ? std::uint16_t{0} : id;
}

void write_outer_ipv4(net::Packet& packet, const sa::SaParameters& parameters,
                      const OuterFields& fields) noexcept {
  const auto payload = packet.size;
  const auto dont_fragment = outer_df(parameters.df, fields.dont_fragment);
  const auto out = packet.push_front(net::ipv4_min_header).first<net::ipv4_min_header>();
  net::write_ipv4(out, {.src = parameters.ours,
                        .dst = parameters.theirs,
                        .protocol = fields.protocol,
                        .payload_length = payload,
                        .id = outer_id(fields, dont_fragment),
                        .dont_fragment = dont_fragment,
                        .tos = encapsulated_tos(fields.tos, parameters.dscp, parameters.ecn),
                        .ttl = fields.ttl});
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

/// ECN by RFC 6040, 4.2, which serves both modes; DSCP as the SA says (ARCH-5.1.2-02).
auto inner_tos(std::uint8_t inner, std::uint8_t outer, sa::InnerDscp dscp) noexcept
    -> std::optional<std::uint8_t> {
  auto tos = decapsulated_tos(inner, outer);
  if (!tos || dscp == sa::InnerDscp::keep) return tos;
  return static_cast<std::uint8_t>((outer & ~ecn_mask) | (*tos & ecn_mask));
}

}  // namespace

auto outer_df(sa::DfPolicy policy, bool inner) noexcept -> bool {
  switch (policy) {
    case sa::DfPolicy::copy:  return inner;
    case sa::DfPolicy::set:   return true;
    case sa::DfPolicy::clear: return false;
  }
  core::bug();
}

auto take_apart(core::View datagram, sa::Mode mode) noexcept
    -> std::expected<ClearPacket, net::Verdict> {
  if (datagram.empty()) return std::unexpected(Verdict::malformed);
  return is_ipv6(datagram) ? take_ipv6_apart(datagram, mode) : take_ipv4_apart(datagram, mode);
}

void open_gap(net::Packet& packet, std::size_t kept, std::size_t size) noexcept {
  packet.push_front(size);
  if (kept != 0) std::memmove(packet.bytes().data(), packet.bytes().data() + size, kept);
}

auto outer_header_size(const sa::SaParameters& parameters) noexcept -> std::size_t {
  return parameters.ours.family() == Family::ipv4 ? net::ipv4_min_header : net::ipv6_header_size;
}

void write_outer_header(net::Packet& packet, const sa::SaParameters& parameters,
                        const OuterFields& fields) noexcept {
  if (parameters.ours.family() == Family::ipv4) return write_outer_ipv4(packet, parameters, fields);
  const auto payload = packet.size;
  const auto out = packet.push_front(net::ipv6_header_size).first<net::ipv6_header_size>();
  const auto tos = encapsulated_tos(fields.tos, parameters.dscp, parameters.ecn);
  net::write_ipv6(out, {.src = parameters.ours,
                        .dst = parameters.theirs,
                        .next_header = fields.protocol,
                        .payload_length = payload,
                        .traffic_class = tos,
                        .hop_limit = fields.ttl});
}

void mend_kept_header(net::Packet& packet, const ClearPacket& clear, IpProtocol protocol) noexcept {
  const auto header = packet.bytes().first(clear.kept);
  if (is_ipv6(header)) {
    header[clear.next_header_at] = static_cast<std::byte>(protocol);
    net::set_ipv6_payload_length(header,
                                 static_cast<std::uint16_t>(packet.size - net::ipv6_header_size));
  } else {
    net::set_ipv4_protocol(header, protocol);
    net::set_ipv4_total_length(header, packet.size);
  }
}

auto leave_tunnel(net::Packet& packet, const Payload& payload,
                  const sa::SaParameters& parameters) noexcept -> net::Verdict {
  const auto size = inner_size(payload);
  if (!size) return size.error();
  const auto inner = payload.octets.first(*size);
  const auto before = tos_of(inner);
  const auto tos = inner_tos(before, tos_of(packet.bytes()), parameters.inner_dscp);
  if (!tos) return Verdict::bad_ecn;
  if (*tos != before) set_tos(inner, *tos);
  narrow(packet, offset_in(packet, payload), *size);
  return Verdict::pass;
}

void leave_transport(net::Packet& packet, const Payload& payload, std::size_t ip_size,
                     std::size_t next_header_at) noexcept {
  const auto gap = offset_in(packet, payload) - ip_size;
  const auto size = ip_size + payload.octets.size();
  auto* start = packet.bytes().data();
  std::memmove(start + gap, start, ip_size);
  narrow(packet, gap, size);
  mend_kept_header(packet, {.kept = ip_size, .next_header_at = next_header_at},
                   payload.next_header);
}

}  // namespace esplanade::ipsec
