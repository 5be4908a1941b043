// NAT detection (RFC 7296, 2.23): hashes of addresses and ports as each end sees them.
#pragma once

#include "ike/session/ike_sa.h"

namespace esplanade::ike::session {

/// SHA-1(SPIi | SPIr | address | port).
[[nodiscard]] auto nat_hash(const IkeSpis& spis, const net::Endpoint& endpoint) -> core::Bytes;

/// Whether to make the peer believe that there is a NAT (`encap = yes`; IKE2-2.23-15).
enum class Encapsulation : std::uint8_t { if_needed, forced };

/// NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP of a message on `path`.
[[nodiscard]] auto nat_detection(const IkeSpis& spis, const net::Path& path, Encapsulation wish)
    -> wire::Payloads;

/// What the peer's notifies say; nullopt where it sent none and does not know NAT traversal.
/// `spis` are those of the message's header.
[[nodiscard]] auto judge_nat(const IkeSpis& spis, const net::Path& path,
                             const wire::Payloads& payloads) -> std::optional<NatFindings>;

}  // namespace esplanade::ike::session
