// find_protected() for most packets: ESP behind an IP header without options, or in UDP behind one.
//
//   ipsec::Place place;
//   const auto spi = esp_at_a_glance(octets, encap_ports, place);   // 0: find_protected()
#pragma once

#include "core/endian.h"
#include "pipeline/prefetch.h"
#include "pipeline/sa_finder.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {
namespace detail {

/// ESP in `octets` behind `ip_size` octets of headers; in UDP if the port in either place is the
/// first of `encap_ports`. No keep-alive and no IKE.
[[nodiscard]] inline auto esp_behind(core::View octets, std::size_t ip_size,
                                     iana::IpProtocol protocol,
                                     std::span<const std::uint16_t> encap_ports,
                                     ipsec::Place& place) noexcept -> core::Spi {
  constexpr core::Spi none{};  // the non-ESP marker
  constexpr std::size_t udp_size = 8;
  constexpr std::size_t least = 8;  // SPI and number
  auto offset = ip_size;
  auto end = octets.size();
  if (protocol == iana::IpProtocol::udp) {
    if (octets.size() < ip_size + udp_size || encap_ports.empty()) return none;
    const auto udp = octets.subspan(ip_size);
    if (core::load_be<std::uint16_t>(udp.subspan<2, 2>()) != encap_ports[0]) return none;
    offset += udp_size;
    end = ip_size + core::load_be<std::uint16_t>(udp.subspan<4, 2>());
    if (end > octets.size()) return none;
  } else if (protocol != iana::IpProtocol::esp) {
    return none;
  }
  if (end < offset + least) return none;
  place.ip_size = static_cast<std::uint16_t>(ip_size);
  place.offset = static_cast<std::uint16_t>(offset);
  place.size = static_cast<std::uint16_t>(end - offset);
  place.next_header_at = ip_size == 20 ? 9 : 6;
  return core::Spi{core::load_be<std::uint32_t>(octets.subspan(offset).first<4>())};
}

}  // namespace detail

/// 0, with `place` in any state, for all that find_protected() has to look at.
[[nodiscard]] inline auto esp_at_a_glance(core::View octets,
                                          std::span<const std::uint16_t> encap_ports,
                                          ipsec::Place& place) noexcept -> core::Spi {
  constexpr core::Spi none{};
  const auto octet = [&](std::size_t at) { return std::to_integer<unsigned>(octets[at]); };
  if (octets.size() < 40) return none;  // none so short has ESP in it
  if (octets[0] == std::byte{0x45}) {
    const bool is_fragment = ((octet(6) & 0x3f) | octet(7)) != 0;
    const auto total = core::load_be<std::uint16_t>(octets.subspan<2, 2>());
    if (is_fragment || total < 20 || total > octets.size()) return none;
    const auto protocol = static_cast<iana::IpProtocol>(octets[9]);
    return detail::esp_behind(octets.first(total), 20, protocol, encap_ports, place);
  }
  if (octet(0) >> 4 != 6) return none;
  const auto total = std::size_t{40} + core::load_be<std::uint16_t>(octets.subspan<4, 2>());
  if (total > octets.size()) return none;
  const auto protocol = static_cast<iana::IpProtocol>(octets[6]);
  return detail::esp_behind(octets.first(total), 40, protocol, encap_ports, place);
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
