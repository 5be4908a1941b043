#include "ike/door/state.h"
#include "ike/session/child/children.h"
#include "ike/session/establish.h"
#include "ike/session/established.h"
#include "ike/session/handshake/initiator.h"
#include "ike/session/handshake/responder.h"
#include "ike/session/informational.h"

#include "core/writer.h"

#include <algorithm>

namespace esplanade::ike::door {
namespace {

using session::ChildState;
using session::IkeSa;

void add_once(IkeSa& sa, session::Job job) {
  if (!session::has_job(sa, job)) sa.jobs.push_back(std::move(job));
}

/// What stands or is being made of a child goes; what has not been asked is not asked.
void forget_child(IkeSa& sa, const std::string& name, Context& context) {
  std::erase_if(sa.jobs, [&](const session::Job& job) {
    const auto* create = std::get_if<session::CreateChild>(&job);
    if (create == nullptr || create->child != name) return false;
    if (create->packet) context.out.emplace_back(DropHeld{create->packet->policy});
    return true;
  });
  add_once(sa, session::CloseChildren{name});
}

/// Children of a name that live, on the IKE SAs of a connection.
template <class F>
void for_each_child(State& state, const std::string& connection, const std::string& name,
                    const F& f) {
  for (auto* sa : state.sessions.all_of(connection)) {
    for (auto& child : sa->children) {
      if (child.name == name && child.state == ChildState::installed) f(*sa, child);
    }
  }
}

void note_waits_for_packet(const policy::Connection& connection, const policy::ChildPolicy& child,
                           Context& context) {
  Notice notice{
      .level = Level::warning, .event = "cannot_initiate", .fields = {}, .is_strangers = false};
  notice.fields = {{"connection", connection.name},
                   {"child", child.name},
                   {"why", "its selectors come from a packet (`populate_from_packet`): send one"}};
  context.out.emplace_back(Note{std::move(notice)});
}

}  // namespace

void on_acquire(State& state, const Acquire& acquire, Context& context) {
  const auto meant = state.connections.find_policy(acquire.policy);
  if (meant.child == nullptr) {
    context.out.emplace_back(DropHeld{acquire.policy});
    return;
  }
  const auto populated = policy::populate(meant.child->populate, acquire.ours, acquire.theirs);
  call(state, meant.connection,
       {.child = meant.child->name,
        .packet = acquire,
        .populated = populated,
        .reauthenticates = {}},
       context);
}

void on_initiate(State& state, const Initiate& command, Context& context) {
  const auto connection = find_connection(state, command.connection);
  if (!connection) return;
  for (const auto& child : connection->children) {
    if (!command.child.empty() && child.name != command.child) continue;
    if (child.populate.any()) {
      note_waits_for_packet(*connection, child, context);
      continue;
    }
    call(state, connection, {.child = child.name, .packet = {}, .reauthenticates = {}}, context);
  }
}

void on_terminate(State& state, const Terminate& command, Context& context) {
  const auto connection = find_connection(state, command.connection);
  if (!connection) return;
  for (const auto& child : connection->children) {
    if (command.child.empty() || child.name == command.child) {
      state.keeper.forget({.connection = command.connection, .child = child.name});
    }
  }
  for (auto* sa : state.sessions.all_of(command.connection)) {
    if (!command.child.empty()) {
      forget_child(*sa, command.child, context);
    } else if (sa->is_established()) {
      session::drop_jobs(*sa, context);
      add_once(*sa, session::DeleteIke{});
    } else {
      session::close(*sa, session::Ending::asked, context);
    }
  }
}

void on_rekey(State& state, const Rekey& command) {
  if (!command.child.empty()) {
    return for_each_child(state, command.connection, command.child, [](IkeSa& sa, auto& child) {
      add_once(sa, session::RekeyChild{child.id});
    });
  }
  for (auto* sa : state.sessions.all_of(command.connection)) {
    const bool can = sa->is_established() && sa->standing == session::Standing::current;
    if (can) add_once(*sa, session::RekeyIke{});
  }
}

void on_reauthenticate(State& state, const Reauthenticate& command, Context& context) {
  for (auto* sa : state.sessions.all_of(command.connection)) {
    const bool can = sa->is_established() && sa->standing == session::Standing::current &&
                     !sa->purpose.reauthenticates && !sa->heir;
    if (can) reauthenticate(state, *sa, context);
  }
}

void on_lifetime(State& state, const LifetimeReached& reached) {
  auto* sa = state.sessions.find_child(reached.inbound);
  auto* child = sa != nullptr ? sa->find_inbound(reached.inbound) : nullptr;
  if (child == nullptr || child->state == ChildState::gone) return;
  if (reached.limit == Reached::hard) {
    return add_once(*sa,
                    session::DeleteChild{.child = child->id, .cause = session::Cause::expired});
  }
  if (child->state == ChildState::installed) add_once(*sa, session::RekeyChild{child->id});
}

/// The peer sends on it, so it has it: a successor may take over (RFC 7296, 2.8).
void on_traffic(State& state, const TrafficSeen& seen, Context& context) {
  auto* sa = state.sessions.find_child(seen.inbound);
  auto* child = sa != nullptr ? sa->find_inbound(seen.inbound) : nullptr;
  if (child == nullptr) return;
  sa->last_heard = context.env.now;
  if (session::can_carry(*child)) session::activate(*child, context);
}

void on_peer_moved(State& state, const PeerMoved& moved, Context& context) {
  auto* sa = state.sessions.find_child(moved.inbound);
  if (sa == nullptr || (sa->nat.is_ours && !sa->nat.is_theirs)) return;
  if (sa->path.theirs == moved.theirs) return;
  sa->path.theirs = moved.theirs;
  for (const auto& child : sa->children) {
    context.out.emplace_back(Move{.child = child.id, .path = sa->path});
  }
}

/// The sender is told under the IKE SA there is with that address; without one in clear, which is
/// no more than a hint to it (RFC 7296, 1.5 and 2.21.4).
void on_stray_esp(State& state, const StrayEsp& stray, Context& context) {
  if (!state.stranger_answers.admit(context.env.now)) return;
  core::Bytes spi(4);
  core::Writer{spi}.u32(std::to_underlying(stray.spi));
  const auto told = session::notify(iana::NotifyType::invalid_spi, std::move(spi));
  const auto peers = state.sessions.all_where([&](const IkeSa& sa) {
    return sa.is_established() && sa.standing == session::Standing::current &&
           sa.path.theirs.address == stray.path.theirs.address;
  });
  if (!peers.empty()) return add_once(*peers.front(), session::Tell{told});
  context.out.emplace_back(
      Send{.path = stray.path,
           .message = wire::write_message({.spis = {},
                                           .exchange = iana::ExchangeType::informational,
                                           .is_from_initiator = true,
                                           .message_id = 0},
                                          {told})});
}

/// ARCH-5.2-07. One complaint that waits to be sent is enough: a peer that answers slowly has no
/// queue of them.
void on_mismatch(State& state, const SelectorMismatch& missed, const Context& context) {
  if (!state.options.tells_invalid_selectors) return;
  auto* sa = state.sessions.find_child(missed.inbound);
  const auto* child = sa != nullptr ? sa->find_inbound(missed.inbound) : nullptr;
  if (child == nullptr || child->state == ChildState::gone) return;
  if (!sa->is_established() || sa->standing != session::Standing::current) return;
  const auto is_told = [](const session::Job& job) {
    return std::holds_alternative<session::Tell>(job);
  };
  if (std::ranges::any_of(sa->jobs, is_told)) return;
  if (!state.selector_complaints.admit(context.env.now)) return;
  sa->jobs.emplace_back(session::Tell{session::invalid_selectors(*child, missed.start)});
}

void on_resolved(State& state, const Resolved& resolved, Context& context) {
  if (resolved.addresses.empty()) return;
  auto& known = state.names[resolved.name];
  if (known == resolved.addresses) return;
  known = resolved.addresses;
  call_due(state, context);
}

void on_fetched(State& state, const Fetched& fetched, Context& context) {
  state.revocation.take(fetched, context.env);
  const auto wait = [](const IkeSa& sa) {
    return std::holds_alternative<session::AwaitRevocation>(sa.state);
  };
  for (auto* sa : state.sessions.all_where(wait)) {
    auto* waiting = std::get_if<session::AwaitRevocation>(&sa->state);
    if (waiting == nullptr || std::erase(waiting->urls, fetched.url) == 0) continue;
    if (!waiting->urls.empty()) continue;
    auto state_of = std::move(*waiting);
    if (sa->is_original_initiator) {
      session::on_revocation(*sa, std::move(state_of), context);
    } else {
      session::on_responder_revocation(*sa, std::move(state_of), context);
    }
  }
}

}  // namespace esplanade::ike::door
