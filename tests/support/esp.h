// ESP packets on their way between two SAs.
#pragma once

#include "esp/open.h"
#include "esp/seal.h"
#include "esp/transform.h"
#include "tests/support/place.h"
#include "tests/support/random.h"
#include "tests/support/sas.h"
#include "tests/support/slot.h"

namespace esplanade::test {

/// Of a whole datagram that carries ESP, alone or in UDP.
[[nodiscard]] inline auto esp_place(View datagram) -> esp::Place {
  constexpr std::uint8_t udp = 17;
  auto place = place_of(datagram, {50, udp});
  if (u8(datagram, place.next_header_at) != udp) return place;
  constexpr std::uint16_t udp_size = 8;
  place.offset = static_cast<std::uint16_t>(place.offset + udp_size);
  place.size = static_cast<std::uint16_t>(place.size - udp_size);
  return place;
}

inline void seal_all(ipsec::OutboundSa& sa, std::span<net::Packet> batch, core::Time now = {}) {
  SeededRandom random(1);
  std::vector<net::Packet*> members;
  for (auto& packet : batch) members.push_back(&packet);
  esp::seal(sa, members, {.now = now, .random = random});
}

inline void open_all(ipsec::InboundSa& sa, std::span<net::Packet> batch, core::Time now = {}) {
  std::vector<esp::Inbound> members;
  for (auto& packet : batch) members.push_back({&packet, esp_place(packet.bytes())});
  esp::open(sa, members, now);
}

/// The outer datagram, or nothing where it was refused.
[[nodiscard]] inline auto sealed(ipsec::OutboundSa& sa, View datagram) -> Bytes {
  Slot slot(datagram);
  seal_all(sa, {&slot.packet, 1});
  return slot.packet.passes() ? slot.bytes() : Bytes{};
}

[[nodiscard]] inline auto opened(ipsec::InboundSa& sa, View datagram) -> Outcome {
  Slot slot(datagram);
  open_all(sa, {&slot.packet, 1});
  return {slot.packet.verdict, slot.bytes()};
}

/// An ESP packet around any plaintext, trailer included: what only a holder of the keys can send.
/// The SA's outer IPv4 header stands in front, and UDP where it has it.
[[nodiscard]] inline auto signed_by(ipsec::OutboundSa& sa, View plaintext, std::uint8_t tos = 0)
    -> Bytes {
  const auto sizes = sa.suite.sizes;
  const auto seq = sa.next_sequence().value();
  Bytes octets;
  append16(octets, std::to_underlying(sa.parameters.spi) >> 16);
  append16(octets, std::to_underlying(sa.parameters.spi));
  append16(octets, seq.low() >> 16);
  append16(octets, seq.low());
  append(octets, SeededRandom(seq.value).bytes(sizes.iv));
  append(octets, plaintext);
  octets.resize(octets.size() + sizes.icv);
  esp::Frame frame{.octets = octets, .seq = seq};
  esp::protect(sa.suite, sa.parameters.esn, {&frame, 1});
  const auto& encapsulation = sa.parameters.encapsulation;
  return Ipv4Packet{
      .src = sa.parameters.ours,
      .dst = sa.parameters.theirs,
      .protocol = encapsulation ? IpProtocol::udp : IpProtocol::esp,
      .tos = tos,
      .payload = encapsulation ? udp(encapsulation->ours, encapsulation->theirs, octets) : octets}
      .bytes();
}

}  // namespace esplanade::test
