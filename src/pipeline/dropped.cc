#include "pipeline/dropped.h"

#include "net/ipv6.h"
#include "net/udp.h"
#include "pipeline/demux.h"

#include <algorithm>

namespace esplanade::pipeline {
namespace {

using net::Verdict;

/// The two ends of a datagram that came in; ports are 0 unless it is UDP.
auto path_of(const net::Datagram& datagram) noexcept -> net::Path {
  const bool is_udp = datagram.protocol == iana::IpProtocol::udp && datagram.ports;
  const auto ports = is_udp ? *datagram.ports : net::Ports{};
  return {.ours = {datagram.dst, ports.dst}, .theirs = {datagram.src, ports.src}};
}

/// Behind its marker; demux has seen all headers.
auto ike_message_of(const net::Datagram& datagram, core::View octets) noexcept -> core::View {
  constexpr std::size_t marker_size = 4;
  const auto udp = net::Udp::parse(octets.subspan(datagram.upper_offset));
  return udp ? udp->payload().subspan(marker_size) : core::View{};
}

void report_to_keying(NoticeSink& sink, const Tables& tables, const net::Packet& packet) noexcept {
  const auto datagram = net::Datagram::parse(packet.bytes());
  if (!datagram) return;
  if (packet.verdict == Verdict::ike) {
    sink.report(IkeMessage{path_of(*datagram), ike_message_of(*datagram, packet.bytes())});
  } else if (const auto found = find_protected(packet.bytes(), tables.encap_ports)) {
    sink.report(Stray{path_of(*datagram), found->spi});
  }
}

/// Of an SA that IKE made: nobody listens at the other end of one by hand.
void report_mismatch(NoticeSink& sink, const Tables& tables, const net::Packet& packet) noexcept {
  if (packet.sa == core::SaIndex::none || !policy::Sad::is_installed(packet.sa)) return;
  SelectorMismatch report{.inbound = tables.sad.inbound(packet.sa).parameters.spi};
  const auto octets = core::View{packet.bytes()};
  const auto start = octets.first(std::min(octets.size(), report.start.size()));
  core::copy(start, report.start);
  report.start_size = static_cast<std::uint8_t>(start.size());
  sink.report(report);
}

auto flow_label_of(core::View datagram) noexcept -> std::optional<std::uint32_t> {
  const auto ip = net::Ipv6::parse(datagram);
  return ip ? std::optional(ip->flow_label()) : std::nullopt;
}

auto notice_of(const Tables& tables, const net::Packet& packet) noexcept -> Notice {
  auto notice = notice_about(packet, sa::Direction::inbound);
  if (notice.src) notice.flow_label = flow_label_of(packet.bytes());
  if (packet.sa != core::SaIndex::none) notice.spi = tables.sad.inbound(packet.sa).parameters.spi;
  // The outer packet, if it still stands; ESP inside an opened one is not meant.
  const auto found = find_protected(packet.bytes(), tables.encap_ports);
  if (found && found->spi == notice.spi.value_or(found->spi)) {
    notice.spi = found->spi;
    notice.seq = found->seq;
  }
  return notice;
}

}  // namespace

void tell(NoticeSink& sink, const Tables& tables, const net::Packet& packet) noexcept {
  if (packet.verdict == Verdict::ike || packet.verdict == Verdict::unknown_spi) {
    report_to_keying(sink, tables, packet);
  }
  if (packet.verdict == Verdict::selector_mismatch) report_mismatch(sink, tables, packet);
  if (!net::is_harmless(packet.verdict)) sink.note(notice_of(tables, packet));
}

}  // namespace esplanade::pipeline
