// Ethernet II headers (RFC 894, RFC 2464), and link-layer addresses of groups.
//
// Units: host order but for addresses.   Allocates: never.
#pragma once

#include "core/bytes.h"
#include "net/address.h"

#include <array>
#include <optional>

namespace esplanade::net {

inline constexpr std::size_t ethernet_header_size = 14;

/// IEEE's numbers, as IANA lists them (ieee-802-numbers, copied 2026-11-27): the rows used here.
enum class EtherType : std::uint16_t {
  ipv4 = 0x0800,
  arp = 0x0806,
  vlan = 0x8100,  ///< 802.1Q
  ipv6 = 0x86dd,
  provider_vlan = 0x88a8  ///< 802.1ad
};

/// Behind such a type stands another one.
[[nodiscard]] constexpr auto is_tag(EtherType type) noexcept -> bool {
  constexpr auto old_provider_vlan = EtherType{0x9100};
  return type == EtherType::vlan || type == EtherType::provider_vlan || type == old_provider_vlan;
}

struct MacAddress {
  std::array<std::byte, 6> octets{};
  auto operator==(const MacAddress&) const -> bool = default;

  /// Multicast or broadcast.
  [[nodiscard]] auto is_group() const noexcept -> bool {
    return (octets[0] & std::byte{1}) != std::byte{};
  }
};

struct EthernetHeader {
  MacAddress dst, src;
  EtherType type{};
  auto operator==(const EthernetHeader&) const -> bool = default;
};

[[nodiscard]] auto read_ethernet(std::span<const std::byte, ethernet_header_size> octets) noexcept
    -> EthernetHeader;
void write_ethernet(std::span<std::byte, ethernet_header_size> out,
                    const EthernetHeader& header) noexcept;

/// Where a datagram for a group or for all hosts of a link goes (RFC 1112, 6.4; RFC 2464, 7);
/// nothing for one host's address.
[[nodiscard]] auto group_mac(const Address& address) noexcept -> std::optional<MacAddress>;

}  // namespace esplanade::net
