// What travels beside the octets of a UDP message: who and where, and whether it is several.
#pragma once

#include "platform/sockets.h"

#include <sys/socket.h>

#include <optional>

namespace esplanade::platform {

/// From whom or to whom, our address for it, and the IP header's fields.
struct Envelope {
  Endpoint theirs;
  net::Address ours;
  std::uint8_t tos = 0;  ///< IPv4 TOS or IPv6 traffic class
  std::uint8_t ttl = 0;  ///< IPv4 TTL or IPv6 hop limit
  auto operator==(const Envelope&) const -> bool = default;
};

/// Of datagrams that carry nobody's packet.
inline constexpr std::uint8_t default_ttl = 64;

/// Asks for all that an Envelope holds, with every message received.
[[nodiscard]] auto request_envelopes(const UniqueFd& socket, net::Family family)
    -> SystemResult<void>;

/// Room for all that is written or read here: our address, TOS, TTL, and a size of segments; the
/// largest is IPv6's.
inline constexpr std::size_t control_size =
    CMSG_SPACE(sizeof(in6_pktinfo)) + 3 * CMSG_SPACE(sizeof(int));

/// Of a message that was received; absent where the system left some out.
[[nodiscard]] auto read_envelope(const msghdr& message) noexcept -> std::optional<Envelope>;
/// Of one that is several of a size, joined by the system (UDP_GRO); 0: it is one.
[[nodiscard]] auto read_segment_size(const msghdr& message) noexcept -> std::size_t;

/// Into a message whose msg_control has `control_size` octets; what it has had is gone.
void write_envelope(msghdr& message, const Envelope& envelope) noexcept;
/// Behind the envelope: the system cuts it into datagrams of `size` octets (UDP_SEGMENT).
void write_segment_size(msghdr& message, std::uint16_t size) noexcept;

}  // namespace esplanade::platform
