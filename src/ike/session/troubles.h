// What sessions do when something does not work out.
#pragma once

#include "ike/session/child/children.h"

namespace esplanade::ike::session {

/// Our own side could not: an algorithm is missing.
[[nodiscard]] auto cannot(const core::Error& error) -> Reason;

/// Why the peer refused a child, as far as its notify and our offer tell.
[[nodiscard]] auto refusal_reason(const wire::NotifyPayload& error,
                                  const policy::ChildPolicy& policy, const ChildOffer& offer)
    -> Reason;
/// The same for an IKE SA.
[[nodiscard]] auto refusal_reason(const wire::NotifyPayload& error,
                                  const policy::Connection& connection) -> Reason;

/// When a rekeying that failed is tried again.
[[nodiscard]] auto retry_time(Context& context) -> core::Time;
/// TEMPORARY_FAILURE: nothing new is asked for a while; if it goes on for minutes the IKE SA is
/// closed (RFC 7296, 2.25; IKE2-2.25-02).
void postpone(IkeSa& sa, Context& context);
/// Tells the peer to delete the child it has made of an offer of ours, which we did not install.
void delete_unwanted(IkeSa& sa, const ChildOffer& offer, Context& context);
/// The peer allows no exchange that would renew anything of this IKE SA (NO_ADDITIONAL_SAS): only
/// another in its place can (RFC 7296, 1.3).
void reauthenticate_instead(IkeSa& sa, Context& context);
/// SINGLE_PAIR_REQUIRED: the packet alone would do (RFC 7296, 2.9).
[[nodiscard]] auto asks_for_one_pair(const wire::NotifyPayload& error) -> bool;
/// We have asked to rekey this IKE SA.
[[nodiscard]] auto is_rekeying(const IkeSa& sa) -> bool;
/// We have asked to create or rekey a child.
[[nodiscard]] auto is_making_child(const IkeSa& sa) -> bool;
/// We have asked to create, rekey or delete a child (RFC 7296, 2.25.1).
[[nodiscard]] auto is_changing_children(const IkeSa& sa) -> bool;

}  // namespace esplanade::ike::session
