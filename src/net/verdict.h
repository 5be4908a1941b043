// What becomes of a packet: pass, or the one reason it was dropped for. Counted per SA and in all.
#pragma once

#include <cstdint>
#include <string_view>

namespace esplanade::net {

enum class Verdict : std::uint8_t {
  pass,
  // either direction
  malformed,      ///< not an IP packet, or its lengths contradict each other
  no_room,        ///< the slot has no room for headers or trailer
  send_failed,    ///< the system refused it
  too_big,        ///< larger than the path takes, and not to be cut
  lifetime_over,  ///< the SA's hard lifetime has passed
  other_frame,    ///< no IP, and not of a kind that a gateway lets through
  super_frame,    ///< several that an offload has joined into one
  // outbound
  no_policy,              ///< no SPD entry wants it: the catch-all DISCARD
  discarded,              ///< an SPD entry says DISCARD
  no_sa,                  ///< its policy has no SA, and is not to get one now
  held,                   ///< waits for the SA of its policy; no fault
  hold_full,              ///< as many wait already as may
  hold_over,              ///< the SA it waited for did not come, or not in time
  sequence_exhausted,     ///< the next number would cycle (RFC 4303, 3.3.3)
  uncovered_headers,      ///< in front of AH, too long or of a kind it has no rule for; inbound too
  fragment_in_transport,  ///< transport mode takes whole datagrams (RFC 4303, 3.1.1)
  // inbound
  unprotected,        ///< without what policy has around it (RFC 4301, 5.2 step 3a)
  not_for_us,         ///< not ESP, or no SA can exist for it
  keep_alive,         ///< NAT keep-alive (RFC 3948, 2.3); no fault
  ike,                ///< has the non-ESP marker (RFC 3948, 2.2); no fault
  is_fragment,        ///< a fragment offered to ESP (RFC 4303, 3.4.1)
  fragment_kept,      ///< waits for the rest of its datagram; no fault
  bad_fragment,       ///< overlaps others or might, or does not belong to them
  too_short,          ///< shorter than SPI, number, IV, trailer and ICV
  bad_alignment,      ///< ciphertext not a multiple of the block
  bad_ah_length,      ///< AH's length is not what the SA's ICV makes it (RFC 4302, 2.2)
  unknown_spi,        ///< RFC 4303, 3.4.2
  wrong_endpoint,     ///< in UDP, and the SA is not, or the other way round
  replay_duplicate,   ///< number seen before (RFC 4303, 3.4.3)
  replay_too_old,     ///< number left of the window
  bad_icv,            ///< RFC 4303, 3.4.4
  bad_padding,        ///< longer than the packet, or not 1, 2, 3, ... (RFC 4303, 3.4.4.1)
  dummy,              ///< Next Header 59 (RFC 4303, 2.6); no fault
  bad_next_header,    ///< tunnel mode, and neither IPv4 nor IPv6 inside
  bad_inner,          ///< the inner packet is malformed
  bad_ecn,            ///< CE outside, Not-ECT inside (RFC 6040, 4.2)
  nested_too_deep,    ///< more SAs inside each other than we open
  selector_mismatch,  ///< inner packet outside the SA's selectors (RFC 4301, 5.2)
  hop_limit_over,     ///< opened, and not to be forwarded any further
  no_neighbour,       ///< opened, and nobody knows the link-layer address of its destination
  count_,             ///< how many there are; no verdict
};

inline constexpr auto verdict_count = static_cast<std::size_t>(Verdict::count_);

/// For logs, counters and JSON: the enumerator's name.
[[nodiscard]] auto name_of(Verdict verdict) noexcept -> std::string_view;

/// True for what nobody did wrong (pass, held, keep-alive, IKE, kept fragment, dummy): no audit
/// event.
[[nodiscard]] auto is_harmless(Verdict verdict) noexcept -> bool;

}  // namespace esplanade::net
