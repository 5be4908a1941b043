// What both ends do once an IKE SA stands, and when it ends.
#pragma once

#include "ike/session/notices.h"

namespace esplanade::ike::session {

[[nodiscard]] inline auto retransmit_policy(const EndpointOptions& options) noexcept
    -> exchange::RetransmitPolicy {
  return {.first = options.retransmit_first,
          .base = options.retransmit_base,
          .tries = options.retransmit_tries,
          .jitter = options.retransmit_jitter};
}

/// Rekeying, reauthentication, keep-alives: from now on, by the connection.
void set_deadlines(IkeSa& sa, Context& context);

/// A row of Wireshark's ikev2_decryption_table, if the operator wants one.
void log_keys(const IkeSa& sa, Context& context);

/// The IKE SA ends, and authenticates anew before, when what proved one of the ends is good no
/// more; the sooner of the two, where it is called for both. To be called before establish().
void bound_by_proof(IkeSa& sa, const std::optional<core::WallTime>& valid_until,
                    const Context& context);

/// IKE_AUTH has come to its end: from here the two are peers.
void establish(IkeSa& sa, Context& context);

/// The end, without a word to the peer: its children go as well.
void close(IkeSa& sa, Ending ending, Context& context);
/// The end with an answer, which is sent again to a peer that has not got it.
void close_with_answer(IkeSa& sa, Ending ending, Context& context);

/// Nothing of these will be asked any more; packets that waited for a child are dropped.
void drop_jobs(IkeSa& sa, Context& context);

}  // namespace esplanade::ike::session
