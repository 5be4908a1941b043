// ESP packets on their way between two SAs, and where ESP stands in them by a reading of the
// headers that shares nothing with the code under test.
#pragma once

#include "esp/open.h"
#include "esp/seal.h"
#include "esp/transform.h"
#include "tests/support/random.h"
#include "tests/support/sas.h"
#include "tests/support/slot.h"

namespace esplanade::test {

/// Of a whole datagram that carries ESP, alone or in UDP.
[[nodiscard]] inline auto esp_place(View datagram) -> esp::Place {
  const bool is_ipv6 = u8(datagram, 0) >> 4 == 6;
  std::size_t next_at = is_ipv6 ? 6 : 9;
  std::size_t at = is_ipv6 ? 40 : (u8(datagram, 0) & 0xf) * std::size_t{4};
  const auto end = is_ipv6 ? 40 + u16(datagram, 4) : u16(datagram, 2);
  while (is_ipv6 && u8(datagram, next_at) != 50 && u8(datagram, next_at) != 17) {
    next_at = at;
    at += (u8(datagram, at + 1) + std::size_t{1}) * 8;
  }
  const auto esp_at = at + (u8(datagram, next_at) == 17 ? 8 : 0);
  return {.ip_size = static_cast<std::uint16_t>(at),
          .offset = static_cast<std::uint16_t>(esp_at),
          .size = static_cast<std::uint16_t>(end - esp_at),
          .next_header_at = static_cast<std::uint16_t>(next_at)};
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

/// What became of one packet.
struct Outcome {
  net::Verdict verdict{};
  Bytes bytes;
  auto operator==(const Outcome&) const -> bool = default;
};

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
