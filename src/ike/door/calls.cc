#include "ike/door/state.h"
#include "ike/session/establish.h"
#include "ike/session/established.h"
#include "ike/session/handshake/initiator.h"
#include "ike/session/troubles.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::door {
namespace {

using session::IkeSa;

void note(const policy::Connection& connection, Level level, std::string event, std::string why,
          Context& context) {
  Notice notice{.level = level, .event = std::move(event), .fields = {}, .is_strangers = false};
  notice.fields = {{"connection", connection.name}, {"why", std::move(why)}};
  context.out.emplace_back(Note{std::move(notice)});
}

/// The IKE SA to this connection's peer that new children go on.
auto usable(State& state, const std::string& connection) -> IkeSa* {
  return state.sessions.first_of(connection, [](const IkeSa& sa) {
    return sa.standing == session::Standing::current && !sa.heir && !sa.takes_no_more &&
           !sa.purpose.reauthenticates;
  });
}

auto carries(const IkeSa& sa, const std::string& child) -> bool {
  return std::ranges::any_of(sa.children, [&](const session::Child& c) {
    return c.name == child && c.state != session::ChildState::gone &&
           c.state != session::ChildState::deleting;
  });
}

/// Does one stand for packets of these values? What is being made for them, has_job() knows.
auto serves(const IkeSa& sa, const session::Purpose& purpose) -> bool {
  return std::ranges::any_of(sa.children, [&](const session::Child& child) {
    return child.name == purpose.child && child.populated == purpose.populated &&
           session::can_carry(child);
  });
}

/// Children of one policy that packets have asked for: more than hosts speak at once behind one
/// gateway, fewer than a peer need fear (RFC 4301, 4.4.1, sets no bound).
constexpr std::ptrdiff_t most_populated = 256;

/// With those that are asked for and not there yet.
auto is_full(const IkeSa& sa, const std::string& child) -> bool {
  const auto stand = std::ranges::count(sa.children, child, &session::Child::name);
  const auto wait = std::ranges::count_if(sa.jobs, [&](const session::Job& job) {
    const auto* create = std::get_if<session::CreateChild>(&job);
    return create != nullptr && create->child == child;
  });
  const auto are_made = std::ranges::count_if(sa.moves, [&](const auto& entry) {
    const auto* creating = std::get_if<session::CreatingChild>(&entry.second);
    return creating != nullptr && !creating->replaces && creating->offer.policy->name == child;
  });
  const std::ptrdiff_t comes_first = !sa.is_established() && sa.purpose.child == child ? 1 : 0;
  return stand + wait + are_made + comes_first >= most_populated;
}

void call_on(IkeSa& sa, const session::Purpose& purpose, State& state, Context& context) {
  if (carries(sa, purpose.child) && !purpose.packet) {
    return state.keeper.succeeded({.connection = sa.connection->name, .child = purpose.child},
                                  state.now);
  }
  const bool is_populated = purpose.populated != policy::Populated{};
  if (is_populated && serves(sa, purpose)) return;
  if (is_populated && is_full(sa, purpose.child)) {
    context.out.emplace_back(DropHeld{purpose.packet->policy});
    return note(
        *sa.connection, Level::warning, "cannot_initiate",
        fmt::format("packets have asked for {} SAs of `{}` already", most_populated, purpose.child),
        context);
  }
  const auto job = session::Job{session::CreateChild{
      .child = purpose.child, .packet = purpose.packet, .populated = purpose.populated}};
  if (!sa.is_established() && sa.purpose.child == purpose.child &&
      sa.purpose.populated == purpose.populated) {
    // It is being made; if that fails, the packet is dropped with it.
    if (!sa.purpose.packet) sa.purpose.packet = purpose.packet;
    return;
  }
  if (!session::has_job(sa, job)) sa.jobs.push_back(job);
}

void begin_call(State& state, const policy::ConnectionPtr& connection, const net::Path& path,
                session::Purpose purpose, Context& context) {
  auto sa = std::make_unique<IkeSa>(state.fresh_session_id(),
                                    session::retransmit_policy(context.options));
  sa->is_original_initiator = true;
  sa->spis.i = state.fresh_spi(context.env.random);
  sa->connection = connection;
  sa->path = path;
  sa->created = context.env.now;
  sa->purpose = std::move(purpose);
  auto& added = state.sessions.add(std::move(sa));
  if (session::begin(added, context)) return;
  session::close(added, session::Ending::failed, context);
  note(*connection, Level::error, "cannot_initiate", "no key exchange of proposals is provided",
       context);
}

void call_anew(State& state, const policy::ConnectionPtr& connection, session::Purpose purpose,
               Context& context) {
  const auto key = Keeper::Key{.connection = connection->name, .child = purpose.child};
  const auto path = path_to(*connection, state.keeper.tries(key), state.names, context.env.sources);
  if (path) return begin_call(state, connection, *path, std::move(purpose), context);
  note(*connection, Level::warning, "cannot_initiate",
       connection->theirs.empty() ? "remote_addrs is %any: only the peer can begin"
                                  : "no address of remote_addrs can be reached: a name is not "
                                    "known, or there is no route",
       context);
  if (purpose.packet) context.out.emplace_back(DropHeld{purpose.packet->policy});
  state.keeper.failed(key, context.env.now, context.env.random);
}

/// What makes the children anew that are up, each once.
auto children_of(const IkeSa& sa) -> std::vector<session::CreateChild> {
  std::vector<session::CreateChild> all;
  for (const auto& child : sa.children) {
    if (!carries(sa, child.name)) continue;
    const auto is_it = [&](const session::CreateChild& one) {
      return one.child == child.name && one.populated == child.populated;
    };
    if (std::ranges::any_of(all, is_it)) continue;
    all.push_back({.child = child.name, .packet = {}, .populated = child.populated});
  }
  return all;
}

}  // namespace

void call(State& state, const policy::ConnectionPtr& connection, session::Purpose purpose,
          Context& context) {
  if (auto* sa = usable(state, connection->name); sa != nullptr && !purpose.reauthenticates) {
    return call_on(*sa, purpose, state, context);
  }
  call_anew(state, connection, std::move(purpose), context);
}

void resolve_names(const State&, const policy::Connection& connection, Context& context) {
  for (auto& name : names_of(connection)) context.out.emplace_back(ResolveName{std::move(name)});
}

void call_due(State& state, Context& context) {
  for (const auto& key : state.keeper.take_due(context.env.now)) {
    const auto connection = find_connection(state, key.connection);
    if (!connection) continue;
    // A name may stand for another address by now.
    if (state.keeper.tries(key) > 0) resolve_names(state, *connection, context);
    const auto* child = connection->find_child(key.child);
    if (child != nullptr && child->populate.any()) continue;  // the next packet asks
    call(state, connection, {.child = key.child, .packet = {}, .reauthenticates = {}}, context);
  }
}

void reauthenticate(State& state, IkeSa& sa, Context& context) {
  const auto children = children_of(sa);
  session::Purpose purpose;
  purpose.reauthenticates = sa.id;
  if (!children.empty()) {
    purpose.child = children.front().child;
    purpose.populated = children.front().populated;
  }
  // Where the peer is now, which a peer behind a NAT may be the only one to know.
  begin_call(state, sa.connection, sa.path, std::move(purpose), context);
  for (auto* fresh : state.sessions.all_of(sa.connection->name)) {
    if (fresh->purpose.reauthenticates != sa.id) continue;
    sa.heir = fresh->id;
    for (std::size_t i = 1; i < children.size(); ++i) {
      fresh->jobs.emplace_back(children[i]);
    }
  }
}

namespace {

/// It has done what it was made for, and waits to take the place of another.
auto is_ready(const IkeSa& heir) -> bool {
  return heir.purpose.reauthenticates && heir.is_established() && heir.jobs.empty() &&
         heir.moves.empty();
}

}  // namespace

void wake_heir(State& state, const IkeSa& old) {
  if (!old.heir || session::is_rekeying(old)) return;
  const auto* heir = state.sessions.peek(*old.heir);
  if (heir != nullptr && is_ready(*heir)) (void)state.find(heir->id);
}

void finish_reauthentication(State& state, IkeSa& sa, Context& context) {
  if (!is_ready(sa)) return;
  // Who inherits its children is not known while it is being rekeyed.
  const auto* elder = state.sessions.peek(*sa.purpose.reauthenticates);
  if (elder != nullptr && session::is_rekeying(*elder)) return;
  if (auto* old = state.find(*sa.purpose.reauthenticates)) {
    const bool has_all = std::ranges::all_of(
        children_of(*old), [&](const auto& one) { return carries(sa, one.child); });
    if (!has_all) {
      // The peer lets us in, but not all of what stands on the old one: that one is worth more.
      old->heir.reset();
      old->reauth_at = context.env.now + std::chrono::minutes(1);
      sa.purpose.reauthenticates.reset();
      sa.standing = session::Standing::replaced;
      sa.jobs.emplace_back(session::DeleteIke{});
      return;
    }
    session::drop_jobs(*old, context);
    old->jobs.emplace_back(session::DeleteIke{});
    old->standing = session::Standing::replaced;
  }
  sa.purpose.reauthenticates.reset();
}

}  // namespace esplanade::ike::door
