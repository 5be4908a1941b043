// find_protected() for most packets: ESP behind an IP header without options, or in UDP behind one.
//
//   ipsec::Place place;
//   const auto spi = esp_at_a_glance(octets, encap_ports, place);   // 0: find_protected()
#pragma once

#include "net/plain_ip.h"
#include "net/udp.h"
#include "pipeline/prefetch.h"
#include "pipeline/sa_finder.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {
namespace detail {

/// In UDP it is looked for at the first of `encap_ports` alone.
[[nodiscard]] inline auto esp_behind(core::View octets, const net::PlainIp& ip,
                                     std::span<const std::uint16_t> encap_ports,
                                     ipsec::Place& place) noexcept -> core::Spi {
  constexpr core::Spi none{};          // and the non-ESP marker
  constexpr std::size_t at_least = 8;  // SPI and number
  auto offset = ip.header;
  auto end = ip.total;
  if (ip.protocol == iana::IpProtocol::udp) {
    if (ip.total < ip.header + net::udp_header_size || encap_ports.empty()) return none;
    const auto udp = octets.subspan(ip.header);
    if (core::load_be<std::uint16_t>(udp.subspan<2, 2>()) != encap_ports[0]) return none;
    offset += net::udp_header_size;
    end = ip.header + core::load_be<std::uint16_t>(udp.subspan<4, 2>());
    if (end > ip.total) return none;
  } else if (ip.protocol != iana::IpProtocol::esp) {
    return none;
  }
  if (end < offset + at_least) return none;
  place.ip_size = static_cast<std::uint16_t>(ip.header);
  place.offset = static_cast<std::uint16_t>(offset);
  place.size = static_cast<std::uint16_t>(end - offset);
  place.next_header_at = ip.header == net::ipv4_min_header ? 9 : 6;
  return core::Spi{core::load_be<std::uint32_t>(octets.subspan(offset).first<4>())};
}

}  // namespace detail

/// 0, with `place` in any state, for all that find_protected() has to look at: IKE and keep-alives
/// too.
[[nodiscard]] inline auto esp_at_a_glance(core::View octets,
                                          std::span<const std::uint16_t> encap_ports,
                                          ipsec::Place& place) noexcept -> core::Spi {
  net::PlainIp ip;
  if (net::read_plain_ipv4(octets, ip)) return detail::esp_behind(octets, ip, encap_ports, place);
  if (net::read_plain_ipv6(octets, ip)) return detail::esp_behind(octets, ip, encap_ports, place);
  return core::Spi{};
}

/// Where ESP stands in the packets of a batch, as far as a glance shows it.
class Front {
 public:
  /// Looks at all of them, and asks for what find() will read.
  void look(const Tables& tables, std::span<const net::Packet> batch) noexcept {
    for_each_prefetched(batch, [&](std::size_t i) {
      spis_[i] = batch[i].passes()
                     ? esp_at_a_glance(batch[i].bytes(), tables.encap_ports, places_[i])
                     : core::Spi{};
      if (spis_[i] != core::Spi{}) tables.sad.prefetch_inbound(spis_[i]);
    });
  }
  /// The packet gets its SA, or its verdict if there is none. False for what has to be looked at
  /// otherwise.
  [[nodiscard]] auto find(std::size_t i, net::Packet& packet, SaFinder& finder) const noexcept
      -> bool {
    if (spis_[i] == core::Spi{}) return false;
    packet.sa = finder.find({spis_[i], sa::Protocol::esp}, packet.bytes());
    if (packet.sa == core::SaIndex::none) packet.drop(net::Verdict::unknown_spi);
    return true;
  }
  [[nodiscard]] auto place(std::size_t i) noexcept -> ipsec::Place& { return places_[i]; }

 private:
  std::array<core::Spi, net::batch_max> spis_;  // written by look()
  std::array<ipsec::Place, net::batch_max> places_;
};

}  // namespace esplanade::pipeline
