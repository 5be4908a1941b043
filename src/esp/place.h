// Where ESP stands in an inbound datagram; found once, by whoever looked for the SPI.
#pragma once

#include <cstdint>

namespace esplanade::esp {

struct Place {
  std::uint16_t ip_size = 0;         ///< octets in front of UDP or ESP
  std::uint16_t esp_at = 0;          ///< offset of the SPI
  std::uint16_t esp_size = 0;        ///< octets from SPI to ICV; the packet may be longer
  std::uint16_t next_header_at = 0;  ///< offset of the octet that names UDP or ESP

  [[nodiscard]] constexpr auto is_in_udp() const noexcept -> bool { return esp_at != ip_size; }
};

}  // namespace esplanade::esp
