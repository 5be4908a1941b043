// AH packets on their way between two SAs, and where AH stands in them by a reading of the headers
// that shares nothing with the code under test.
#pragma once

#include "ah/open.h"
#include "ah/seal.h"
#include "tests/support/random.h"
#include "tests/support/sas.h"
#include "tests/support/slot.h"

namespace esplanade::test {

/// Of a whole datagram that carries AH, behind IPv4 options and IPv6 extension headers.
[[nodiscard]] inline auto ah_place(View datagram) -> ipsec::Place {
  const bool is_ipv6 = u8(datagram, 0) >> 4 == 6;
  std::size_t next_at = is_ipv6 ? 6 : 9;
  std::size_t at = is_ipv6 ? 40 : (u8(datagram, 0) & 0xf) * std::size_t{4};
  const auto end = is_ipv6 ? 40 + u16(datagram, 4) : u16(datagram, 2);
  while (is_ipv6 && u8(datagram, next_at) != 51) {
    const auto words = u8(datagram, next_at) == 44 ? 0U : u8(datagram, at + 1);
    next_at = at;
    at += (words + std::size_t{1}) * 8;
  }
  return {.ip_size = static_cast<std::uint16_t>(at),
          .offset = static_cast<std::uint16_t>(at),
          .size = static_cast<std::uint16_t>(end - at),
          .next_header_at = static_cast<std::uint16_t>(next_at)};
}

/// What became of one packet.
struct AhOutcome {
  net::Verdict verdict{};
  Bytes bytes;
  auto operator==(const AhOutcome&) const -> bool = default;
};

[[nodiscard]] inline auto ah_seal(ipsec::OutboundSa& sa, View datagram) -> AhOutcome {
  SeededRandom random(1);
  Slot slot(datagram);
  auto* const packet = &slot.packet;
  ah::seal(sa, {&packet, 1}, {.now = {}, .random = random});
  return {slot.packet.verdict, slot.bytes()};
}
/// The outer datagram, or nothing where it was refused.
[[nodiscard]] inline auto ah_sealed(ipsec::OutboundSa& sa, View datagram) -> Bytes {
  auto [verdict, bytes] = ah_seal(sa, datagram);
  return verdict == net::Verdict::pass ? bytes : Bytes{};
}
[[nodiscard]] inline auto ah_opened(ipsec::InboundSa& sa, View datagram) -> AhOutcome {
  Slot slot(datagram);
  const ipsec::Inbound inbound{&slot.packet, ah_place(slot.packet.bytes())};
  ah::open(sa, {&inbound, 1}, {});
  return {slot.packet.verdict, slot.bytes()};
}

}  // namespace esplanade::test
