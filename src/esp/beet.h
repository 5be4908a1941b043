// BEET mode (draft-nikander-esp-beet-mode-09, as Linux has it): a tunnel between fixed inner
// addresses, whose inner header is not sent.
//
//   [outer IP] [ESP] [IV] [what the inner header carried] [trailer] [ICV]
//
// IPv4 options travel behind a pseudo header, which stands for protocol 94:
//
//   | next header | octets / 8 - 1 | padding | 0 | padding: 0 or 4 NOPs | options | payload
//
// IPv6 extension headers are part of the payload. What else the inner header said, the receiver
// takes from the outer one: TOS or traffic class, TTL, DF and identification. Inner and outer
// family are chosen freely.
//
// Allocates: never.
#pragma once

#include "ipsec/tunnel.h"

namespace esplanade::esp {

/// How a clear packet loses its header.
struct BeetPlan {
  std::size_t removed = 0;  ///< octets at the front, fewer than the header where options stay
  std::size_t padding = 0;  ///< within the pseudo header
  std::size_t options = 0;
  iana::IpProtocol upper{};        ///< behind the pseudo header
  iana::IpProtocol next_header{};  ///< of ESP
};

/// In other modes nothing is removed. Errors: selector_mismatch for other addresses than the SA's.
[[nodiscard]] auto plan_beet(core::View datagram, const sa::SaParameters& parameters,
                             const ipsec::ClearPacket& clear) noexcept
    -> std::expected<BeetPlan, net::Verdict>;
void enter_beet(net::Packet& packet, const BeetPlan& plan) noexcept;

/// Makes `packet` a datagram between `inner` around `payload`, which lies behind its outer header.
/// Answers pass, or bad_inner.
[[nodiscard]] auto leave_beet(net::Packet& packet, const ipsec::Payload& payload,
                              const sa::InnerAddresses& inner) noexcept -> net::Verdict;

}  // namespace esplanade::esp
