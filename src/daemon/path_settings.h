// How large packets may be: what the configuration says of the links to peers, and what follows
// from it for SAs and the TUN.
#pragma once

#include "config/configuration.h"
#include "policy/sad.h"

namespace esplanade::daemon {

/// An SA's parameters with what the `dataplane` section says of every path.
[[nodiscard]] auto with_path(sa::SaParameters parameters, const config::Dataplane& dataplane)
    -> sa::SaParameters;

/// The largest packet that fits the SA's path while nothing less is learnt of it; octets.
[[nodiscard]] auto largest_packet(const ipsec::OutboundSa& sa) -> std::size_t;

[[nodiscard]] auto largest_packets(const policy::Sad& sad) -> std::vector<std::size_t>;

/// Of the TUN while there are no SAs: 1500 less the deepest overhead of ESP.
inline constexpr std::uint16_t mtu_without_sas = 1380;

/// The TUN's MTU where the largest packets of all SAs are `largest`: the least of them, within what
/// a TUN may have; `otherwise` where there are none.
[[nodiscard]] auto tun_mtu(std::span<const std::size_t> largest, std::uint16_t otherwise)
    -> std::uint16_t;

}  // namespace esplanade::daemon
