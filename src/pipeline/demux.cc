#include "pipeline/demux.h"

#include "core/endian.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/udp.h"

#include <algorithm>

namespace esplanade::pipeline {
namespace {

using iana::IpProtocol;
using net::Verdict;

constexpr std::size_t spi_and_number_size = 8;
constexpr std::size_t ah_spi_at = 4;  // RFC 4302, 2

/// The upper layer of a whole datagram.
struct Upper {
  core::View octets;
  IpProtocol protocol{};
  std::size_t offset = 0;
  std::size_t next_header_at = 0;
};

auto upper_of_ipv4(core::View datagram) noexcept -> std::expected<Upper, Verdict> {
  const auto ip = net::Ipv4::parse(datagram);
  if (!ip) return std::unexpected(Verdict::malformed);
  if (ip->is_fragment()) return std::unexpected(Verdict::is_fragment);
  constexpr std::size_t protocol_at = 9;
  return Upper{ip->payload(), ip->protocol(), ip->header_length(), protocol_at};
}

auto upper_of_ipv6(core::View datagram) noexcept -> std::expected<Upper, Verdict> {
  const auto ip = net::Ipv6::parse(datagram);
  if (!ip) return std::unexpected(Verdict::malformed);
  const auto chain = ip->chain();
  if (!chain) return std::unexpected(Verdict::malformed);
  const auto& fragment = chain->fragment;
  if (fragment && (fragment->more || fragment->offset != 0)) {
    return std::unexpected(Verdict::is_fragment);
  }
  return Upper{datagram.first(ip->total_length()).subspan(chain->upper_offset), chain->protocol,
               chain->upper_offset, chain->next_header_at};
}

auto upper_of(core::View datagram) noexcept -> std::expected<Upper, Verdict> {
  if (datagram.empty()) return std::unexpected(Verdict::malformed);
  const auto version = std::to_integer<unsigned>(datagram[0]) >> 4;
  return version == 6 ? upper_of_ipv6(datagram) : upper_of_ipv4(datagram);
}

/// RFC 3948, 2.2 and 2.3 (UDPE-2.3-02).
auto esp_in_udp(const net::Udp& udp) noexcept -> std::expected<core::View, Verdict> {
  constexpr auto keep_alive = std::byte{0xff};
  constexpr std::size_t marker_size = 4;
  const auto payload = udp.payload();
  if (payload.size() == 1 && payload[0] == keep_alive) {
    return std::unexpected(Verdict::keep_alive);
  }
  if (payload.size() < marker_size) return std::unexpected(Verdict::too_short);
  if (core::load_be<std::uint32_t>(payload, 0) == 0) return std::unexpected(Verdict::ike);
  return payload;
}

auto esp_octets(const Upper& upper, std::span<const std::uint16_t> encap_ports) noexcept
    -> std::expected<core::View, Verdict> {
  if (upper.protocol == IpProtocol::esp) return upper.octets;
  if (upper.protocol != IpProtocol::udp) return std::unexpected(Verdict::not_for_us);
  const auto udp = net::Udp::parse(upper.octets);
  if (!udp) return std::unexpected(Verdict::malformed);
  const bool is_encap = std::ranges::any_of(encap_ports, [&](std::uint16_t port) {
    return port == udp->dst_port() || port == udp->src_port();
  });
  if (!is_encap) return std::unexpected(Verdict::not_for_us);
  return esp_in_udp(*udp);
}

}  // namespace

auto find_protected(core::View datagram, std::span<const std::uint16_t> encap_ports) noexcept
    -> std::expected<Found, net::Verdict> {
  const auto upper = TRY(upper_of(datagram));
  const bool is_ah = upper.protocol == IpProtocol::ah;
  const auto octets = is_ah ? upper.octets : TRY(esp_octets(upper, encap_ports));
  const auto spi_at = is_ah ? ah_spi_at : 0;
  if (octets.size() < spi_at + spi_and_number_size) return std::unexpected(Verdict::too_short);
  const auto offset = static_cast<std::size_t>(octets.data() - datagram.data());
  return Found{is_ah ? sa::Protocol::ah : sa::Protocol::esp,
               {.ip_size = static_cast<std::uint16_t>(upper.offset),
                .offset = static_cast<std::uint16_t>(offset),
                .size = static_cast<std::uint16_t>(octets.size()),
                .next_header_at = static_cast<std::uint16_t>(upper.next_header_at)},
               core::Spi{core::load_be<std::uint32_t>(octets, spi_at)},
               core::load_be<std::uint32_t>(octets, spi_at + 4)};
}

auto find_esp(core::View datagram, std::span<const std::uint16_t> encap_ports) noexcept
    -> std::expected<Found, net::Verdict> {
  auto found = find_protected(datagram, encap_ports);
  if (found && found->protocol != sa::Protocol::esp) return std::unexpected(Verdict::not_for_us);
  return found;
}

}  // namespace esplanade::pipeline
