// A packet on the way in, and where ESP or AH stands in it; found once, by whoever looked for the
// SPI.
#pragma once

#include "net/packet.h"

namespace esplanade::ipsec {

struct Place {
  std::uint16_t ip_size = 0;         ///< octets in front of UDP, ESP or AH
  std::uint16_t offset = 0;          ///< of ESP's or AH's first octet
  std::uint16_t size = 0;            ///< octets from there to the end; the packet may be longer
  std::uint16_t next_header_at = 0;  ///< offset of the octet that names UDP, ESP or AH

  [[nodiscard]] constexpr auto is_in_udp() const noexcept -> bool { return offset != ip_size; }
};

struct Inbound {
  net::Packet* packet;
  Place place;
};

}  // namespace esplanade::ipsec
