#include "platform/raw_port.h"

#include <linux/icmp.h>
#include <netinet/icmp6.h>

#include "net/ipv4.h"
#include "net/ipv6.h"

namespace esplanade::platform {
namespace {

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

auto pass_errors_alone(const UniqueFd& socket, net::Family family) -> SystemResult<void> {
  if (family == net::Family::ipv4) {
    constexpr auto errors = 1U << ICMP_DEST_UNREACH | 1U << ICMP_SOURCE_QUENCH |
                            1U << ICMP_TIME_EXCEEDED | 1U << ICMP_PARAMETERPROB;
    const icmp_filter filter{~errors};  // a bit that is set keeps its type out
    return set_bytes(socket, {SOL_RAW, ICMP_FILTER, "choose types of ICMP"}, filter);
  }
  icmp6_filter filter{};
  ICMP6_FILTER_SETBLOCKALL(&filter);
  for (const auto type :
       {ICMP6_DST_UNREACH, ICMP6_PACKET_TOO_BIG, ICMP6_TIME_EXCEEDED, ICMP6_PARAM_PROB}) {
    ICMP6_FILTER_SETPASS(type, &filter);
  }
  return set_bytes(socket, {IPPROTO_ICMPV6, ICMP6_FILTER, "choose types of ICMPv6"}, filter);
}

}  // namespace

RawPort::RawPort(iana::IpProtocol protocol, net::Family family, UniqueFd socket) noexcept
    : protocol_(protocol), family_(family), socket_(std::move(socket)) {}

auto RawPort::open(iana::IpProtocol protocol, net::Family family, std::uint32_t mark)
    -> SystemResult<std::unique_ptr<RawPort>> {
  const int number = std::to_underlying(protocol);
  auto socket = open_socket(family, SOCK_RAW, number, mark);
  if (!socket) {
    return system_failure("open a raw socket for protocol " + std::to_string(number),
                          socket.error().number);
  }
  TRY(prepare(*socket, family));
  return std::unique_ptr<RawPort>(new RawPort(protocol, family, *std::move(socket)));
}

auto RawPort::open_errors(net::Family family, std::uint32_t mark)
    -> SystemResult<std::unique_ptr<RawPort>> {
  const bool is_ipv4 = family == net::Family::ipv4;
  auto port = TRY(open(is_ipv4 ? iana::IpProtocol::icmp : iana::IpProtocol::icmpv6, family, mark));
  TRY(pass_errors_alone(port->socket_, family));
  return port;
}

auto RawPort::read(std::span<net::Packet> into) noexcept -> std::size_t {
  const auto count = batch_.receive(socket_, into);
  if (family_ == net::Family::ipv4) return count;
  for (std::size_t i = 0; i < count; ++i) {
    if (into[i].passes()) restore_ipv6_header(into[i], batch_.envelope(i), protocol_);
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
