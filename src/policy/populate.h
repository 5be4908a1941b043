// Populate-from-packet (PFP) flags: which selectors of an SA are the values of the packet that asks
// for it, and not those of its policy (RFC 4301, 4.4.1 and 4.4.2.2). So hosts, or connections, of
// one policy get SAs of their own.
#pragma once

#include "net/datagram.h"
#include "sa/selector.h"

#include <optional>

namespace esplanade::policy {

/// One for each selector. Ports stand for ICMP's type and code, and for the Mobility Header's type.
struct PopulateFromPacket {
  bool our_address = false, their_address = false;
  bool protocol = false;
  bool our_port = false, their_port = false;

  [[nodiscard]] constexpr auto any() const noexcept -> bool {
    return our_address || their_address || protocol || our_port || their_port;
  }
  auto operator==(const PopulateFromPacket&) const -> bool = default;
};

/// False where a packet must not ask, for it does not show a value that the SA shall have: a later
/// fragment has no ports (4.4.2.2: "discard packet").
[[nodiscard]] auto shows_values(const PopulateFromPacket& flags,
                                const net::Datagram& packet) noexcept -> bool;

/// The values of one packet under its policy's flags; what has no flag is absent.
struct Populated {
  std::optional<net::Address> ours, theirs;
  std::optional<iana::IpProtocol> protocol;
  std::optional<sa::PortRange> our_ports, their_ports;
  auto operator==(const Populated&) const -> bool = default;
};

/// `ours` and `theirs` are the packet's own, or those of an SA that was made for one. What is not a
/// single value is absent, as if it had no flag.
[[nodiscard]] auto populate(const PopulateFromPacket& flags, const sa::TrafficSelector& ours,
                            const sa::TrafficSelector& theirs) -> Populated;

/// Of a policy's selectors what is left for `values`: each once, in their order.
[[nodiscard]] auto populated(const sa::Selectors& selectors, const Populated& values)
    -> sa::Selectors;

}  // namespace esplanade::policy
