// Where a header stands in a datagram, by a reading that shares nothing with the code under test.
#pragma once

#include "ipsec/inbound.h"
#include "tests/support/packets.h"

#include <algorithm>
#include <vector>

namespace esplanade::test {

/// The first header of one of `protocols`, behind IPv4 options and IPv6 extension headers.
[[nodiscard]] inline auto place_of(View datagram, const std::vector<std::uint8_t>& protocols)
    -> ipsec::Place {
  const bool is_ipv6 = u8(datagram, 0) >> 4 == 6;
  std::size_t next_at = is_ipv6 ? 6 : 9;
  std::size_t at = is_ipv6 ? 40 : (u8(datagram, 0) & 0xf) * std::size_t{4};
  const auto end = is_ipv6 ? 40 + u16(datagram, 4) : u16(datagram, 2);
  while (is_ipv6 && std::ranges::find(protocols, u8(datagram, next_at)) == protocols.end()) {
    constexpr auto fragment = 44;
    const auto words = u8(datagram, next_at) == fragment ? 0U : u8(datagram, at + 1);
    next_at = at;
    at += (words + std::size_t{1}) * 8;
  }
  return {.ip_size = static_cast<std::uint16_t>(at),
          .offset = static_cast<std::uint16_t>(at),
          .size = static_cast<std::uint16_t>(end - at),
          .next_header_at = static_cast<std::uint16_t>(next_at)};
}

}  // namespace esplanade::test
