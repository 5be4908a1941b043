#include "net/ethernet.h"

#include "core/endian.h"

#include <algorithm>

namespace esplanade::net {
namespace {

constexpr std::size_t src_at = 6;
constexpr std::size_t type_at = 12;

auto mac_at(core::View octets) noexcept -> MacAddress {
  MacAddress mac;
  core::copy(octets.first(mac.octets.size()), mac.octets);
  return mac;
}

auto ipv4_group(core::View address) noexcept -> MacAddress {
  MacAddress mac{{std::byte{0x01}, std::byte{0x00}, std::byte{0x5e}}};
  core::copy(address.subspan(1, 3), std::span(mac.octets).subspan(3));
  mac.octets[3] &= std::byte{0x7f};
  return mac;
}

auto ipv6_group(core::View address) noexcept -> MacAddress {
  MacAddress mac{{std::byte{0x33}, std::byte{0x33}}};
  core::copy(address.last(4), std::span(mac.octets).subspan(2));
  return mac;
}

}  // namespace

auto read_ethernet(std::span<const std::byte, ethernet_header_size> octets) noexcept
    -> EthernetHeader {
  return {mac_at(octets), mac_at(octets.subspan(src_at)),
          EtherType{core::load_be<std::uint16_t>(octets, type_at)}};
}

void write_ethernet(std::span<std::byte, ethernet_header_size> out,
                    const EthernetHeader& header) noexcept {
  core::copy(header.dst.octets, out);
  core::copy(header.src.octets, out.subspan(src_at));
  core::store_be(std::to_underlying(header.type), out, type_at);
}

auto group_mac(const Address& address) noexcept -> std::optional<MacAddress> {
  const auto octets = address.bytes();
  const auto first = std::to_integer<unsigned>(octets[0]);
  if (address.family() == Family::ipv6) {
    return first == 0xff ? std::optional(ipv6_group(octets)) : std::nullopt;
  }
  constexpr auto all_ones = std::byte{0xff};
  if (std::ranges::all_of(octets, [](std::byte octet) { return octet == all_ones; })) {
    return MacAddress{{all_ones, all_ones, all_ones, all_ones, all_ones, all_ones}};
  }
  return first >> 4 == 0xe ? std::optional(ipv4_group(octets)) : std::nullopt;
}

}  // namespace esplanade::net
