// What the fragments of one datagram share (RFC 791, 3.2; RFC 8200, 4.5).
#pragma once

#include "net/address_hash.h"
#include "net/datagram.h"

namespace esplanade::pipeline {

struct FragmentKey {
  net::Address src, dst;
  std::uint32_t id = 0;
  iana::IpProtocol protocol{};  ///< IPv4's alone: IPv6 has no part in it
  auto operator==(const FragmentKey&) const -> bool = default;
};

[[nodiscard]] inline auto key_of(const net::Datagram& fragment) noexcept -> FragmentKey {
  const bool is_ipv4 = fragment.family == net::Family::ipv4;
  return {.src = fragment.src,
          .dst = fragment.dst,
          .id = fragment.fragment_id,
          .protocol = is_ipv4 ? fragment.protocol : iana::IpProtocol{}};
}

[[nodiscard]] inline auto hash_of(const FragmentKey& key) noexcept -> std::uint64_t {
  const auto ends = net::combined(net::hash_of(key.src), net::hash_of(key.dst));
  return net::combined(ends, std::uint64_t{key.id} << 8 | std::to_underlying(key.protocol));
}

}  // namespace esplanade::pipeline
