// What traffic an SA or a policy entry speaks of: address, protocol and port ranges as held by
// RFC 4301, 4.4.1.1, seen from this end ("ours", "theirs"), not as source and destination.
#pragma once

#include "iana/ip_protocol.h"
#include "net/address.h"

#include <optional>
#include <vector>

namespace esplanade::sa {

/// Ports; of ICMP and ICMPv6 type * 256 + code, of the Mobility Header its type * 256. Any takes in
/// packets that show none (RFC 4301, 4.4.1.1).
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 65535;

  /// Holds only packets that show no ports: later fragments, protocols without, what is encrypted.
  /// On the wire of IKE it looks the same (RFC 7296, 3.13.1).
  [[nodiscard]] static constexpr auto opaque() noexcept -> PortRange { return {65535, 0}; }
  [[nodiscard]] constexpr auto is_opaque() const noexcept -> bool { return first > last; }
  auto operator==(const PortRange&) const -> bool = default;
  [[nodiscard]] constexpr auto is_any() const noexcept -> bool {
    return first == 0 && last == 65535;
  }
  [[nodiscard]] constexpr auto contains(std::uint16_t port) const noexcept -> bool {
    return first <= port && port <= last;
  }
};

/// One end's traffic selector (RFC 7296, 3.13.1). No protocol means any.
struct TrafficSelector {
  net::Range addresses;
  std::optional<iana::IpProtocol> protocol;
  PortRange ports;
  auto operator==(const TrafficSelector&) const -> bool = default;
};

/// Both ends; a packet matches if it matches one of each with a common family.
struct Selectors {
  std::vector<TrafficSelector> ours;
  std::vector<TrafficSelector> theirs;
  auto operator==(const Selectors&) const -> bool = default;
};

/// Of our end what lies in a wider range of theirs: a branch may protect 10.0.0.0/8 at the other
/// end and be 10.1.0.0/16 itself, and what its own hosts send each other is not meant.
[[nodiscard]] auto ours_within_theirs(const Selectors& selectors) -> std::vector<TrafficSelector>;

}  // namespace esplanade::sa
