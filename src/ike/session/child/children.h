// Child SAs: offering one, answering an offer, and putting the result in place. The same for
// IKE_AUTH and CREATE_CHILD_SA, which differ only in what stands around it (RFC 7296, 1.2, 1.3.1).
#pragma once

#include "ike/negotiate/proposals.h"
#include "ike/session/notices.h"
#include "ike/wire/message.h"

#include <expected>

namespace esplanade::ike::session {

// --- the asking side -----------------------------------------------------------------------------

/// Why a child is wanted, as far as the offer shows it.
struct Wish {
  /// Has its selectors offered first (RFC 7296, 2.9).
  const std::optional<Acquire>& packet;
  const policy::Populated& populated;
};

/// Reserves an SPI.
[[nodiscard]] auto make_offer(const IkeSa& sa, const policy::ChildPolicy& policy, const Wish& wish,
                              negotiate::KeyExchangeRule rule, Context& context) -> ChildOffer;
/// Its SPI goes back: nothing came of it.
void withdraw(const ChildOffer& offer, Context& context);

/// SA, [Ni, KEi,] TSi, TSr and the notifies, in the RFC's order.
void append_offer(const ChildOffer& offer, wire::Payloads between, wire::Payloads& to);

/// What both sides know of a child before it has keys.
struct Agreement {
  const policy::ChildPolicy* policy = nullptr;
  keys::ChildSuite suite;
  sa::Proposal chosen;  ///< with the SPI of the side that sends it
  core::Spi inbound{}, outbound{};
  sa::Mode mode = sa::Mode::tunnel;
  negotiate::Selectors ours, theirs;
  policy::Populated populated;
  std::optional<sa::AddressesSent> before_nat;
  bool has_later_fragments = false;  ///< NON_FIRST_FRAGMENTS_ALSO, of both sides
  bool takes_padding = true;         ///< the peer has not said ESP_TFC_PADDING_NOT_SUPPORTED
  bool is_whole = true;              ///< nothing of the offer was left out
  /// Another child policy would have taken other parts (ADDITIONAL_TS_POSSIBLE, RFC 7296, 2.9).
  bool has_alternatives = false;
};

/// Why a child cannot be: what the peer hears, and what the operator reads.
struct Refusal {
  iana::NotifyType type{};
  core::Bytes data;
  Reason reason;
};

/// Checks the answer to `offer`: chosen out of it, no more than it.
[[nodiscard]] auto accept_answer(const IkeSa& sa, const ChildOffer& offer,
                                 const wire::Payloads& answer, negotiate::KeyExchangeRule rule)
    -> std::expected<Agreement, Refusal>;

// --- the answering side --------------------------------------------------------------------------

/// Finds the child policy an offer fits, and narrows. `replaces` is the child that the offer
/// rekeys: its policy alone is asked. Reserves an SPI.
[[nodiscard]] auto answer_offer(const IkeSa& sa, const wire::Payloads& offer,
                                negotiate::KeyExchangeRule rule, const Child* replaces,
                                Context& context) -> std::expected<Agreement, Refusal>;

void append_answer(const Agreement& agreement, wire::Payloads between, wire::Payloads& to);

// --- both ----------------------------------------------------------------------------------------

/// When the outbound SA takes over (RFC 7296, 2.8): at once, or when the peer shows it is ready. It
/// does by sending on it, or by deleting what carried the traffic before.
enum class Takeover : std::uint8_t { now, when_peer_is_ready };

struct Keying {
  keys::Nonces nonces;
  core::View shared;                ///< of PFS; empty without
  bool is_initiator = false;        ///< of the exchange that makes it
  std::optional<ChildId> replaces;  ///< the child it is the successor of
};

/// Derives the keys and installs both SAs. Errors: unsupported.
[[nodiscard]] auto install(IkeSa& sa, const Agreement& agreement, const Keying& keying,
                           Takeover takeover, Context& context) -> core::Result<ChildId>;
/// Packets leave by it from now on, and its like no longer carry any.
void activate(Child& child, Context& context);
/// Another carries the traffic; the peer, or we, will delete it soon.
void retire(IkeSa& sa, ChildId child, Context& context);
/// `old` stops sending: those that follow it take over, or if nothing else carries the policy's
/// traffic, whatever can.
void activate_successors(IkeSa& sa, ChildId old, Context& context);
/// It is deleted on both sides. The inbound SA stays for what is on its way.
void bury(IkeSa& sa, ChildId child, Context& context);
/// Does another child carry this policy's traffic?
[[nodiscard]] auto is_carried(const IkeSa& sa, policy::PolicyId policy) -> bool;
/// Only what a packet of these values asks for.
[[nodiscard]] auto is_carried(const IkeSa& sa, policy::PolicyId policy,
                              const policy::Populated& populated) -> bool;
/// How a child that the peer asked for takes over: late if another, on whatever IKE SA of the same
/// peer, carries the traffic, for the answer may be overtaken by packets.
[[nodiscard]] auto takeover_beside(const IkeSa& sa, const Agreement& agreement, Context& context)
    -> Takeover;
/// Fit to carry traffic, whether it does or not.
[[nodiscard]] auto can_carry(const Child& child) -> bool;
/// Children of other IKE SAs of the peer carry what those of this one carried.
void pass_traffic_on(IkeSa& sa, Context& context);
/// All of them, as bury().
void bury_all(IkeSa& sa, Context& context);
/// Removes those that have been gone long enough.
void remove_gone(IkeSa& sa, Context& context);
/// At once, with everything.
void remove_all_children(IkeSa& sa, Context& context);

}  // namespace esplanade::ike::session
