#include "ike/door/state.h"
#include "ike/session/child/children.h"
#include "ike/session/establish.h"
#include "ike/session/established.h"
#include "ike/session/handshake/initiator.h"

#include <fmt/format.h>

namespace esplanade::ike::door {
namespace {

using session::IkeSa;

/// Nobody answers: what that most likely means depends on how far we came.
auto silence(const IkeSa& sa) -> session::Reason {
  const auto peer = sa.path.theirs.to_string();
  if (std::holds_alternative<session::AwaitSaInit>(sa.state)) {
    return {.why = fmt::format("no answer to IKE_SA_INIT from {}", peer),
            .hint = fmt::format("is the peer up, and does UDP port {} get through on the way?",
                                sa.path.theirs.port),
            .line = sa.connection->theirs_line};
  }
  return {.why = fmt::format("{} answered IKE_SA_INIT but not IKE_AUTH", peer),
          .hint = fmt::format("does UDP port {} get through on the way? If certificates are large, "
                              "IP fragments may be dropped: set `fragmentation = yes`, or a "
                              "smaller fragment_size",
                              sa.path.theirs.port),
          .line = sa.connection->theirs_line};
}

void on_dead(IkeSa& sa, Context& context) {
  // It was on its way out: whether the peer has heard of it makes no difference any more.
  const bool was_leaving = sa.is_established() && sa.standing != session::Standing::current;
  if (was_leaving) return session::close(sa, session::Ending::asked, context);
  if (sa.is_established()) {
    session::tell_failure(sa, "peer_dead",
                          {.why = "the peer does not answer any more", .hint = {}, .line = {}},
                          context);
    return session::close(sa, session::Ending::peer_is_dead, context);
  }
  session::tell_failure(sa, "negotiation_failed", silence(sa), context);
  session::close(sa, session::Ending::failed, context);
}

/// A stranger has begun and says no more: it may be that it cannot.
void on_half_open_ended(IkeSa& sa, const State& state, Context& context) {
  if (std::holds_alternative<session::AwaitAuthRequest>(sa.state)) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(state.options.half_open_timeout);
    session::tell(sa, Level::warning, "no_ike_auth",
                  {{"why", fmt::format("{} began by IKE_SA_INIT, and no IKE_AUTH came in {} s",
                                       sa.path.theirs.to_string(), seconds.count())},
                   {"hint",
                    "do UDP ports 500 and 4500 get through both ways? If its certificates are "
                    "large, IP fragments may be dropped: set `fragmentation = yes` there"}},
                  context);
  }
  session::close(sa, session::Ending::failed, context);
}

void tick_one(State& state, IkeSa& sa, Context& context) {
  const auto now = context.env.now;
  const auto until = half_open_until(state, sa);
  if (until && now >= *until) return on_half_open_ended(sa, state, context);
  const auto retransmission = sa.exchanges.next_deadline();
  if (retransmission && *retransmission <= now) session::give_up_if_refused(sa, context);
  if (sa.is_closed()) return;
  if (session::retransmit(sa, context)) return on_dead(sa, context);
  if (!sa.is_established()) return;
  session::tick(sa, context);
  if (sa.reauth_at && now >= *sa.reauth_at && sa.standing == session::Standing::current) {
    sa.reauth_at.reset();
    if (!sa.heir) reauthenticate(state, sa, context);
  }
}

}  // namespace

auto half_open_until(const State& state, const IkeSa& sa) -> std::optional<core::Time> {
  const bool waits_for_stranger = std::holds_alternative<session::AwaitAuthRequest>(sa.state) ||
                                  std::holds_alternative<session::AwaitRevocation>(sa.state);
  return waits_for_stranger ? std::optional(sa.created + state.options.half_open_timeout)
                            : std::nullopt;
}

void on_tick(State& state, Context& context) {
  for (const auto session : state.sessions.deadlines().due(context.env.now)) {
    // Finding it has it looked at in the end, even if it is closed and only lingers.
    if (auto* sa = state.find(session)) tick_one(state, *sa, context);
  }
  call_due(state, context);
}

namespace {

/// It goes, at once or when its last answer cannot be asked for any more and nothing is on its way
/// to its children.
void settle_closed(State& state, IkeSa& sa, Context& context) {
  session::remove_gone(sa, context);
  auto next = std::get<session::Closed>(sa.state).lingers_until;
  if (next && *next <= context.env.now) next.reset();
  for (const auto& child : sa.children) {
    if (child.remove_at && (!next || *child.remove_at < *next)) next = child.remove_at;
  }
  if (next) {
    state.sessions.linger(sa, *next);
  } else {
    state.sessions.erase(sa.id);
  }
}

/// Goes on by the newest configuration, but not while a request is out that was made by the other.
void take_connection(State& state, IkeSa& sa) {
  if (!sa.has_old_connection || !sa.is_established() || !sa.moves.empty()) return;
  sa.has_old_connection = false;
  if (auto connection = find_connection(state, sa.connection->name)) {
    sa.connection = std::move(connection);
  }
}

}  // namespace

void settle(State& state, Context& context) {
  // What is pumped may touch others; those are looked at as well.
  for (auto touched = state.sessions.take_touched(); !touched.empty();
       touched = state.sessions.take_touched()) {
    for (const auto session : touched) {
      auto* sa = state.sessions.peek(session);
      if (sa == nullptr) continue;
      if (!sa->is_closed()) {
        take_connection(state, *sa);
        session::pump(*sa, context);
        wake_heir(state, *sa);
        finish_reauthentication(state, *sa, context);
      }
      if (sa->is_closed()) {
        settle_closed(state, *sa, context);
        continue;
      }
      auto deadline = session::next_deadline(*sa);
      const auto until = half_open_until(state, *sa);
      if (until && (!deadline || *until < *deadline)) deadline = until;
      state.sessions.refresh(*sa, deadline);
    }
  }
}

}  // namespace esplanade::ike::door
