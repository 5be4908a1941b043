#include "pipeline/path/path_errors.h"

#include "core/endian.h"
#include "net/udp.h"

#include <algorithm>

namespace esplanade::pipeline {
namespace {

using iana::IpProtocol;

/// The header of ESP or AH in a quoted packet.
struct QuotedSa {
  sa::Protocol protocol{};
  core::Spi spi{};
  std::uint32_t seq = 0;
  std::optional<sa::UdpEncapsulation> ports;
};

auto quoted_sa(const net::QuotedPacket& packet) noexcept -> std::optional<QuotedSa> {
  auto octets = packet.upper;
  QuotedSa quoted;
  if (packet.protocol == IpProtocol::udp) {
    if (octets.size() < net::udp_header_size) return std::nullopt;
    quoted.ports = {core::load_be<std::uint16_t>(octets, 0),
                    core::load_be<std::uint16_t>(octets, 2)};
    octets = octets.subspan(net::udp_header_size);
  } else if (packet.protocol == IpProtocol::ah) {
    constexpr std::size_t spi_at = 4;
    quoted.protocol = sa::Protocol::ah;
    octets = octets.subspan(std::min(spi_at, octets.size()));
  } else if (packet.protocol != IpProtocol::esp) {
    return std::nullopt;
  }
  constexpr std::size_t spi_size = 4;
  if (octets.size() < spi_size) return std::nullopt;
  quoted.spi = core::Spi{core::load_be<std::uint32_t>(octets, 0)};
  // RFC 792 has routers quote 64 bits of it, which for AH is the SPI alone.
  if (octets.size() >= 2 * spi_size) quoted.seq = core::load_be<std::uint32_t>(octets, spi_size);
  return quoted;
}

/// The lower half of the last number tells nothing of what was sent before it was passed; but what
/// is beyond the last was never sent.
auto may_have_sent(const ipsec::OutboundSa& sa, std::uint32_t seq) noexcept -> bool {
  const auto last = sa.last_sequence().value;
  return last > 0 && (seq <= last || last > 0xffffffff);
}

auto is_of(const ipsec::OutboundSa& sa, const QuotedSa& quoted,
           const net::QuotedPacket& packet) noexcept -> bool {
  const auto& parameters = sa.parameters;
  return parameters.spi == quoted.spi && parameters.protocol == quoted.protocol &&
         parameters.ours == packet.src && parameters.theirs == packet.dst &&
         parameters.encapsulation == quoted.ports && may_have_sent(sa, quoted.seq);
}

/// RFC 1191, 7: what a router from before it, which does not say, may have meant.
auto plateau_below(std::uint16_t size) noexcept -> std::uint16_t {
  constexpr auto plateaus =
      std::to_array<std::uint16_t>({32000, 17914, 8166, 4352, 2002, 1492, 1006, 576});
  const auto* const below = std::ranges::find_if(plateaus, [&](auto p) { return p < size; });
  return below == plateaus.end() ? std::uint16_t{576} : *below;
}

/// Of all that the system hands on, what quotes ESP, AH or ESP in UDP.
auto error_about_protected(const Tables& tables, core::View datagram) noexcept
    -> std::optional<IcmpErrorSeen> {
  const auto error = net::Datagram::parse(datagram);
  if (!error) return std::nullopt;
  const auto quoted = net::quoted_in(*error, datagram);
  if (!quoted) return std::nullopt;
  const bool is_in_udp = quoted->protocol == IpProtocol::udp && quoted->ports &&
                         std::ranges::count(tables.encap_ports, quoted->ports->src) != 0;
  const bool is_protected =
      is_in_udp || quoted->protocol == IpProtocol::esp || quoted->protocol == IpProtocol::ah;
  if (!is_protected) return std::nullopt;
  return IcmpErrorSeen{.from = error->src,
                       .type = std::to_integer<std::uint8_t>(datagram[error->upper_offset]),
                       .code = std::to_integer<std::uint8_t>(datagram[error->upper_offset + 1]),
                       .dst = quoted->dst,
                       .protocol = quoted->protocol};
}

}  // namespace

auto PathErrors::take(Tables& tables, core::View datagram, core::Time now) noexcept
    -> ipsec::OutboundSa* {
  const auto error = net::read_too_big(datagram);
  if (!error) return nullptr;
  const auto quoted = quoted_sa(error->quoted);
  const auto size = error->quoted.total_length;
  if (!quoted || error->mtu >= size || !believed_.admit(now)) return nullptr;
  const auto mtu = error->mtu == 0 ? plateau_below(size) : error->mtu;
  ipsec::OutboundSa* shrunk = nullptr;
  tables.sad.for_each_outbound([&](ipsec::OutboundSa& sa) {
    if (is_of(sa, *quoted, error->quoted) && sa.path_mtu.learn(mtu, now)) shrunk = &sa;
  });
  return shrunk;
}

void PathErrors::take_and_tell(Tables& tables, core::View datagram, core::Time now,
                               NoticeSink& notices) noexcept {
  const auto* const sa = take(tables, datagram, now);
  if (tables.icmp_log == IcmpLog::none) return;
  if (sa != nullptr) notices.report(shrunk(*sa));
  if (tables.icmp_log != IcmpLog::all) return;
  const auto seen = error_about_protected(tables, datagram);
  if (seen && told_.admit(now)) notices.report(*seen);
}

}  // namespace esplanade::pipeline
