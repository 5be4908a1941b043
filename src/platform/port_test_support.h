// For the tests of ports: waiting for a packet without a clock of our own.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/port.h"

namespace esplanade::platform {

inline auto wait_until_readable(int descriptor) -> bool {
  pollfd polled{descriptor, POLLIN, 0};
  return ::poll(&polled, 1, 5000) == 1;
}

/// `packet` becomes a whole datagram around `payload`.
inline void fill(net::Packet& packet, const net::Ipv4Fields& fields, core::View payload) {
  packet.reset();
  core::copy(payload, packet.push_back(payload.size()));
  auto complete = fields;
  complete.payload_length = static_cast<std::uint16_t>(payload.size());
  net::write_ipv4(
      std::span<std::byte, net::ipv4_min_header>{packet.push_front(net::ipv4_min_header)},
      complete);
}

inline void fill(net::Packet& packet, const net::Ipv6Fields& fields, core::View payload) {
  packet.reset();
  core::copy(payload, packet.push_back(payload.size()));
  auto complete = fields;
  complete.payload_length = static_cast<std::uint16_t>(payload.size());
  net::write_ipv6(
      std::span<std::byte, net::ipv6_header_size>{packet.push_front(net::ipv6_header_size)},
      complete);
}

inline auto address(std::string_view text) -> net::Address { return *net::Address::parse(text); }

}  // namespace esplanade::platform
