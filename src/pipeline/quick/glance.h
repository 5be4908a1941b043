// What most packets show at one look: whole datagrams of TCP and UDP without options, extension
// headers and fragments. All others take the long look (net::Datagram::parse()), which sees the
// same and more.
//
//   Glance glance;
//   if (glance_at(packet.bytes(), glance)) ...  // else: parse
#pragma once

#include "core/bytes.h"
#include "net/plain_ip.h"
#include "net/tcp.h"
#include "net/tcp_mss.h"
#include "net/udp.h"

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
[[nodiscard]] auto native(core::View octets, std::size_t at) noexcept -> T {
  T value;
  std::memcpy(&value, octets.data() + at, sizeof value);
  return value;
}

/// The upper layer's part of a glance, whose addresses are there.
[[nodiscard]] inline auto glance_behind(core::View octets, const net::PlainIp& ip,
                                        std::uint64_t tos_and_version, Glance& glance) noexcept
    -> bool {
  using iana::IpProtocol;
  glance.is_tcp = ip.protocol == IpProtocol::tcp;
  if (!glance.is_tcp && ip.protocol != IpProtocol::udp) return false;
  const auto shortest = glance.is_tcp ? net::tcp_min_header : net::udp_header_size;
  if (ip.total < ip.header + shortest) return false;
  glance.total = static_cast<std::uint16_t>(ip.total);
  glance.upper_offset = static_cast<std::uint8_t>(ip.header);
  glance.key.ports = std::uint64_t{native<std::uint32_t>(octets, ip.header)} |
                     std::uint64_t{std::to_underlying(ip.protocol)} << 32 | tos_and_version << 40;
  return true;
}

}  // namespace detail

/// False, with `glance` in any state, for what needs the long look.
/// Always inline: a call would cost a tenth of what is done in it.
[[nodiscard, gnu::always_inline]] inline auto glance_at(core::View octets, Glance& glance) noexcept
    -> bool {
  net::PlainIp ip;
  if (net::read_plain_ipv4(octets, ip)) {
    glance.key.addresses = {detail::native<std::uint64_t>(octets, 12), 0, 0, 0};
    const auto tos = std::uint64_t{net::octet_at(octets, 1)};
    return detail::glance_behind(octets, ip, tos | std::uint64_t{4} << 16, glance);
  }
  if (!net::read_plain_ipv6(octets, ip)) return false;
  std::memcpy(glance.key.addresses.data(), octets.data() + 8, sizeof glance.key.addresses);
  const auto tos = std::uint64_t{net::tos_of(octets)};
  return detail::glance_behind(octets, ip, tos | std::uint64_t{6} << 16, glance);
}

/// It opens a TCP connection, and says how large segments may be.
[[nodiscard]] inline auto has_syn(const Glance& glance, core::View octets) noexcept -> bool {
  return glance.is_tcp && net::announces_mss(octets.subspan(glance.upper_offset));
}

/// The sequence number of TCP.
[[nodiscard]] inline auto tcp_number(const Glance& glance, core::View octets) noexcept
    -> std::uint32_t {
  return core::load_be<std::uint32_t>(octets.subspan(glance.upper_offset).subspan<4, 4>());
}

}  // namespace esplanade::pipeline
