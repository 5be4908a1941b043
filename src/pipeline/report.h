// What keying should know of what the roads have met: a packet without an SA, IKE among the ESP, a
// peer elsewhere, an SPI nobody has, what an SA is not for. The roads only report; whoever listens
// keeps to what it can take and answers for rates.
#pragma once

#include "net/datagram.h"
#include "net/endpoint.h"
#include "policy/connection.h"

#include <array>
#include <variant>

namespace esplanade::pipeline {

/// A packet met a policy that has no SA (RFC 4301, 4.4.1).
struct Wanted {
  policy::PolicyId policy{};
  net::Address src, dst;
  iana::IpProtocol protocol{};
  std::optional<net::Ports> ports;
};

/// Authentic ESP in UDP came from elsewhere than its SA's peer (RFC 7296, 2.23).
struct PeerSeenAt {
  core::Spi inbound{};
  net::Endpoint theirs;
};

/// ESP with an SPI nobody has (RFC 7296, 1.5). Ports are 0 outside UDP.
struct Stray {
  net::Path path;
  core::Spi spi{};
};

/// An IKE message that came behind a non-ESP marker, without it; it must be copied to be kept.
struct IkeMessage {
  net::Path path;
  core::View message;
};

/// The path of an SA takes no more than `mtu` octets now.
struct PathShrunk {
  core::Spi outbound{};
  net::Address theirs;
  std::uint16_t mtu = 0;
};

/// An ICMP error from the unprotected side quotes a packet that we may have sent (RFC 4301, 6.1).
struct IcmpErrorSeen {
  net::Address from;
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  net::Address dst;  ///< where the quoted packet went
  iana::IpProtocol protocol{};
};

/// An authentic packet is none that its SA was made for (RFC 4301, 5.2 step 4).
struct SelectorMismatch {
  /// Of the packet that was inside: its headers, and what ICMP errors quote of the rest at least.
  static constexpr std::size_t longest_start = 128;

  core::Spi inbound{};
  std::array<std::byte, longest_start> start{};
  std::uint8_t start_size = 0;
};

using Report = std::variant<Wanted, PeerSeenAt, Stray, IkeMessage, PathShrunk, IcmpErrorSeen,
                            SelectorMismatch>;

}  // namespace esplanade::pipeline
