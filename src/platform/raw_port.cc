#include "platform/raw_port.h"

#include "net/ipv4.h"
#include "net/ipv6.h"

namespace esplanade::platform {
namespace {

auto number_of(sa::Protocol protocol) noexcept -> iana::IpProtocol {
  switch (protocol) {
    case sa::Protocol::esp: return iana::IpProtocol::esp;
    case sa::Protocol::ah:  return iana::IpProtocol::ah;
  }
  core::bug();
}

void restore_ipv6_header(net::Packet& packet, const std::optional<Envelope>& envelope,
                         iana::IpProtocol protocol) noexcept {
  if (!envelope) return packet.drop(net::Verdict::malformed);
  const auto payload_length = packet.size;
  const auto header = packet.push_front(net::ipv6_header_size);
  net::write_ipv6(std::span<std::byte, net::ipv6_header_size>{header},
                  {.src = envelope->theirs.address,
                   .dst = envelope->ours,
                   .next_header = protocol,
                   .payload_length = payload_length,
                   .traffic_class = envelope->tos,
                   .hop_limit = envelope->ttl});
}

auto prepare(const UniqueFd& socket, net::Family family) -> SystemResult<void> {
  if (family == net::Family::ipv4) {
    return set(socket, {IPPROTO_IP, IP_HDRINCL, 1, "send IPv4 headers of our own"});
  }
  TRY(set(socket, {IPPROTO_IPV6, IPV6_HDRINCL, 1, "send IPv6 headers of our own"}));
  return request_envelopes(socket, family);
}

}  // namespace

RawPort::RawPort(sa::Protocol protocol, net::Family family, UniqueFd socket) noexcept
    : protocol_(protocol), family_(family), socket_(std::move(socket)) {}

auto RawPort::open(sa::Protocol protocol, net::Family family, std::uint32_t mark)
    -> SystemResult<std::unique_ptr<RawPort>> {
  auto socket = open_socket(family, SOCK_RAW, std::to_underlying(number_of(protocol)), mark);
  if (!socket) return system_failure("open a raw socket for ESP or AH", socket.error().number);
  TRY(prepare(*socket, family));
  return std::unique_ptr<RawPort>(new RawPort(protocol, family, *std::move(socket)));
}

auto RawPort::read(std::span<net::Packet> into) noexcept -> std::size_t {
  const auto count = batch_.receive(socket_, into);
  if (family_ == net::Family::ipv4) return count;
  for (std::size_t i = 0; i < count; ++i) {
    if (into[i].passes()) restore_ipv6_header(into[i], batch_.envelope(i), number_of(protocol_));
  }
  return count;
}

auto RawPort::destination(const net::Packet& packet) const noexcept -> std::optional<Endpoint> {
  if (family_ == net::Family::ipv4) {
    const auto ip = net::Ipv4::parse(packet.bytes());
    return ip ? std::optional{Endpoint{ip->dst()}} : std::nullopt;
  }
  const auto ip = net::Ipv6::parse(packet.bytes());
  return ip ? std::optional{Endpoint{ip->dst()}} : std::nullopt;
}

void RawPort::write(std::span<net::Packet> packets) noexcept {
  for (auto& packet : packets) {
    if (!packet.passes()) continue;
    const auto to = destination(packet);
    if (!to) {
      packet.drop(net::Verdict::malformed);
      continue;
    }
    if (batch_.is_full()) batch_.flush(socket_);
    batch_.add(packet, packet.bytes(), *to);
  }
  batch_.flush(socket_);
}

}  // namespace esplanade::platform
