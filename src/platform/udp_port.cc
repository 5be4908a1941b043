#include "platform/udp_port.h"

#include <netinet/udp.h>

#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/udp.h"

namespace esplanade::platform {
namespace {

/// Writes IP and UDP headers in front of what was received.
void restore_headers(net::Packet& packet, const Envelope& envelope, std::uint16_t port) noexcept {
  const auto payload_length = packet.size;
  const auto udp_header = packet.push_front(net::udp_header_size);
  net::write_udp(std::span<std::byte, net::udp_header_size>{udp_header}, envelope.theirs.port, port,
                 payload_length);
  const auto udp_length = packet.size;
  if (envelope.ours.family() == net::Family::ipv4) {
    const auto header = packet.push_front(net::ipv4_min_header);
    net::write_ipv4(std::span<std::byte, net::ipv4_min_header>{header},
                    {.src = envelope.theirs.address,
                     .dst = envelope.ours,
                     .protocol = iana::IpProtocol::udp,
                     .payload_length = udp_length,
                     .tos = envelope.tos,
                     .ttl = envelope.ttl});
    return;
  }
  const auto header = packet.push_front(net::ipv6_header_size);
  net::write_ipv6(std::span<std::byte, net::ipv6_header_size>{header},
                  {.src = envelope.theirs.address,
                   .dst = envelope.ours,
                   .next_header = iana::IpProtocol::udp,
                   .payload_length = udp_length,
                   .traffic_class = envelope.tos,
                   .hop_limit = envelope.ttl});
}

auto open_family(net::Family family, std::uint16_t port, std::uint32_t mark)
    -> SystemResult<UniqueFd> {
  auto socket = TRY(open_udp_socket(family, port, mark));
  if (family == net::Family::ipv4) {
    TRY(set(socket, {IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, "clear DF"}));
  }
  TRY(request_envelopes(socket, family));
  // Linux 5.0; without it there is one datagram a message.
  (void)set(socket, {SOL_UDP, UDP_GRO, 1, "ask for joined datagrams"});
  return socket;
}

}  // namespace

struct UdpEncapPort::Outgoing {
  Lane lane{};
  std::uint16_t src_port = 0;
  Envelope envelope;
  core::View payload;
};

UdpEncapPort::UdpEncapPort(std::uint16_t port, UniqueFd ipv4, UniqueFd ipv6) noexcept
    : port_(port), ipv4_(std::move(ipv4)), ipv6_(std::move(ipv6)) {}

auto UdpEncapPort::open(std::uint16_t port, std::uint32_t mark)
    -> SystemResult<std::unique_ptr<UdpEncapPort>> {
  auto ipv4 = TRY(open_family(net::Family::ipv4, port, mark));
  auto ipv6 = open_family(net::Family::ipv6, port, mark);
  if (!ipv6 && ipv6.error().number != EAFNOSUPPORT) return std::unexpected(ipv6.error());
  return std::unique_ptr<UdpEncapPort>(
      new UdpEncapPort(port, std::move(ipv4), ipv6 ? *std::move(ipv6) : UniqueFd{}));
}

auto UdpEncapPort::read(std::span<net::Packet> into) noexcept -> std::size_t {
  const auto first = first_;
  first_ = first == net::Family::ipv4 ? net::Family::ipv6 : net::Family::ipv4;
  const auto count = read_family(first, into);
  return count + read_family(first_, into.subspan(count));
}

auto UdpEncapPort::read_family(net::Family family, std::span<net::Packet> into) noexcept
    -> std::size_t {
  const bool is_ipv4 = family == net::Family::ipv4;
  return (is_ipv4 ? from_ipv4_ : from_ipv6_)
      .receive(is_ipv4 ? ipv4_ : ipv6_, into,
               [this](net::Packet& packet, const Envelope& envelope) {
                 restore_headers(packet, envelope, port_);
               });
}

auto UdpEncapPort::dissect(core::View datagram) noexcept -> std::optional<Outgoing> {
  Outgoing out;
  if (const auto ipv4 = net::Ipv4::parse(datagram)) {
    out.lane = ipv4->dont_fragment() ? Lane::ipv4_df_set : Lane::ipv4_df_clear;
    out.envelope = {{ipv4->dst()}, ipv4->src(), ipv4->tos(), ipv4->ttl()};
    out.payload = ipv4->payload();
  } else if (const auto ipv6 = net::Ipv6::parse(datagram)) {
    out.lane = Lane::ipv6;
    out.envelope = {{ipv6->dst()}, ipv6->src(), ipv6->traffic_class(), ipv6->hop_limit()};
    out.payload = ipv6->payload();
  } else {
    return std::nullopt;
  }
  const auto udp = net::Udp::parse(out.payload);
  if (!udp) return std::nullopt;
  out.src_port = udp->src_port();
  out.envelope.theirs.port = udp->dst_port();
  out.payload = udp->payload();
  return out;
}

void UdpEncapPort::write(std::span<net::Packet> packets) noexcept {
  auto lane = ipv4_setting_;
  for (auto& packet : packets) {
    if (!packet.passes()) continue;
    const auto out = dissect(packet.bytes());
    if (!out || out->src_port != port_) {
      packet.drop(out ? net::Verdict::send_failed : net::Verdict::malformed);
      continue;
    }
    if (out->lane != lane || batch_.is_full()) flush(lane);
    lane = out->lane;
    batch_.add(packet, out->payload, out->envelope);
  }
  flush(lane);
}

auto UdpEncapPort::send(const net::Path& path, core::View payload) noexcept -> net::Verdict {
  net::Packet packet;  // only for what becomes of it
  if (path.ours.address.family() != path.theirs.address.family()) return net::Verdict::send_failed;
  batch_.add(packet, payload, Envelope{path.theirs, path.ours.address, 0, default_ttl});
  const bool is_ipv4 = path.ours.address.family() == net::Family::ipv4;
  flush(is_ipv4 ? Lane::ipv4_df_clear : Lane::ipv6);
  return packet.verdict;
}

void UdpEncapPort::flush(Lane lane) noexcept {
  if (lane == Lane::ipv6) return batch_.flush(ipv6_);
  if (lane != ipv4_setting_) {
    const auto df = lane == Lane::ipv4_df_set ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
    (void)set(ipv4_, {IPPROTO_IP, IP_MTU_DISCOVER, df, "change DF"});  // cannot fail: it did not
    ipv4_setting_ = lane;
  }
  batch_.flush(ipv4_);
}

}  // namespace esplanade::platform
