// Protected messages of one IKE SA, in and out: SK payloads, fragments, message IDs, duplicates
// (RFC 7296, 2.1 to 2.3 and 2.21; RFC 7383).
#pragma once

#include "ike/session/ike_sa.h"
#include "ike/wire/message.h"

#include <expected>

namespace esplanade::ike::session {

/// A message that is authentic, whole, new, and follows the grammar of its exchange.
struct Received {
  wire::Header header;
  wire::Payloads payloads;
};

/// An authentic message that cannot be used (RFC 7296, 2.21.2 and 2.21.3).
struct Unusable {
  wire::Header header;
  wire::NotifyPayload answer;  ///< INVALID_SYNTAX or UNSUPPORTED_CRITICAL_PAYLOAD
};

/// Takes a datagram whose header carries this SA's SPIs. nullopt: nothing is to be done, because it
/// is not authentic, a fragment of more to come, out of turn, or a duplicate, whose stored response
/// has been sent again.
[[nodiscard]] auto receive(IkeSa& sa, const Datagram& datagram, Context& context)
    -> std::optional<std::expected<Received, Unusable>>;

/// Sends a protected request; there must be room for it. Returns its message ID.
auto request(IkeSa& sa, iana::ExchangeType exchange, const wire::Payloads& payloads,
             Context& context) -> std::uint32_t;
/// Answers a request that receive() handed out, to where it came from.
void respond(IkeSa& sa, const wire::Header& asked, const wire::Payloads& payloads,
             Context& context);
/// Sends again what is due; true if the peer did not answer any of the tries for one.
[[nodiscard]] auto retransmit(IkeSa& sa, Context& context) -> bool;

/// The only thing an IKE SA that is closed still does: it sends its last answer again.
void answer_again(const IkeSa& sa, const Datagram& datagram, Context& context);

void send(const net::Path& path, const exchange::Datagrams& datagrams, Context& context);

[[nodiscard]] auto notify(iana::NotifyType type, core::Bytes data = {}) -> wire::NotifyPayload;

}  // namespace esplanade::ike::session
