// What most packets show at one look: whole datagrams of TCP and UDP without options, extension
// headers and fragments. All others take the long look (net::Datagram::parse()), which sees the
// same and more.
//
//   Glance glance;
//   if (glance_at(packet.bytes(), glance)) ...  // else: parse
#pragma once

#include "core/bytes.h"
#include "core/endian.h"
#include "net/datagram.h"

#include <array>
#include <bit>

namespace esplanade::pipeline {

/// Addresses, ports, protocol and TOS octet, as words that are compared at once; those that IPv4
/// does not fill are 0.
struct FlowKey {
  std::uint64_t ports;  ///< as on the wire, and protocol, TOS octet and version behind them
  std::array<std::uint64_t, 4> addresses;

  [[nodiscard]] auto is_ipv6() const noexcept -> bool { return (ports >> 56) == 6; }
};

[[nodiscard]] inline auto operator==(const FlowKey& one, const FlowKey& other) noexcept -> bool {
  const auto differs = [&](std::size_t i) { return one.addresses[i] ^ other.addresses[i]; };
  if (((one.ports ^ other.ports) | differs(0)) != 0) return false;
  return !one.is_ipv6() || (differs(1) | differs(2) | differs(3)) == 0;
}

/// Its upper bits are the better ones.
[[nodiscard]] inline auto hash_of(const FlowKey& key) noexcept -> std::uint64_t {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
  const auto mixed = [](std::uint64_t hash, std::uint64_t word) {
    return (std::rotl(hash, 29) ^ word) * odd;
  };
  const auto hash = mixed(key.ports * odd, key.addresses[0]);
  if (!key.is_ipv6()) return hash;
  return mixed(mixed(mixed(hash, key.addresses[1]), key.addresses[2]), key.addresses[3]);
}

struct Glance {
  FlowKey key;
  std::uint16_t total;  ///< octets of the datagram
  std::uint8_t upper_offset;
  bool is_tcp;

  [[nodiscard]] auto tos() const noexcept -> std::uint8_t {
    return static_cast<std::uint8_t>(key.ports >> 40);
  }
};

namespace detail {

template <class T>
[[nodiscard]] auto native(const std::byte* at) noexcept -> T {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

[[nodiscard]] inline auto number(std::byte octet) noexcept -> unsigned {
  return std::to_integer<unsigned>(octet);
}

inline constexpr std::size_t shortest_udp = 8, shortest_tcp = 20;

/// The upper layer's part, behind `offset`; `octets` are the whole datagram.
[[nodiscard]] inline auto glance_behind(core::View octets, std::size_t offset,
                                        iana::IpProtocol protocol, std::uint64_t tos_and_version,
                                        Glance& glance) noexcept -> bool {
  glance.is_tcp = protocol == iana::IpProtocol::tcp;
  if (!glance.is_tcp && protocol != iana::IpProtocol::udp) return false;
  if (octets.size() < offset + (glance.is_tcp ? shortest_tcp : shortest_udp)) return false;
  glance.total = static_cast<std::uint16_t>(octets.size());
  glance.upper_offset = static_cast<std::uint8_t>(offset);
  glance.key.ports = std::uint64_t{native<std::uint32_t>(octets.data() + offset)} |
                     std::uint64_t{std::to_underlying(protocol)} << 32 | tos_and_version << 40;
  return true;
}

[[nodiscard]] inline auto glance_at_ipv4(core::View octets, Glance& glance) noexcept -> bool {
  if (octets.size() < 20 || octets[0] != std::byte{0x45}) return false;
  const auto* const at = octets.data();
  const bool is_fragment = ((number(at[6]) & 0x3f) | number(at[7])) != 0;
  const auto total = core::load_be<std::uint16_t>(octets.subspan<2, 2>());
  if (is_fragment || total < 20 || total > octets.size()) return false;
  glance.key.addresses = {native<std::uint64_t>(at + 12), 0, 0, 0};
  const auto tos_and_version = std::uint64_t{number(at[1])} | std::uint64_t{4} << 16;
  return glance_behind(octets.first(total), 20, static_cast<iana::IpProtocol>(at[9]),
                       tos_and_version, glance);
}

[[nodiscard]] inline auto glance_at_ipv6(core::View octets, Glance& glance) noexcept -> bool {
  if (octets.size() < 40 || number(octets[0]) >> 4 != 6) return false;
  const auto* const at = octets.data();
  const auto total = std::size_t{40} + core::load_be<std::uint16_t>(octets.subspan<4, 2>());
  if (total > octets.size()) return false;
  std::memcpy(glance.key.addresses.data(), at + 8, 32);
  const auto traffic_class = (number(at[0]) << 4 | number(at[1]) >> 4) & 0xff;
  const auto tos_and_version = std::uint64_t{traffic_class} | std::uint64_t{6} << 16;
  return glance_behind(octets.first(total), 40, static_cast<iana::IpProtocol>(at[6]),
                       tos_and_version, glance);
}

}  // namespace detail

/// False, with `glance` in any state, for what needs the long look.
[[nodiscard]] inline auto glance_at(core::View octets, Glance& glance) noexcept -> bool {
  return detail::glance_at_ipv4(octets, glance) || detail::glance_at_ipv6(octets, glance);
}

}  // namespace esplanade::pipeline
