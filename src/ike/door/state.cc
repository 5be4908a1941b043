#include "ike/door/state.h"

#include "core/endian.h"
#include "ike/session/established.h"

#include <algorithm>
#include <array>

namespace esplanade::ike::door {
namespace {

using session::IkeSa;

auto key_of(const IkeSa& sa, const std::string& child) -> Keeper::Key {
  return {.connection = sa.connection->name, .child = child};
}

/// What follows when a child has gone by this (swanctl.conf's close_action and dpd_action).
auto action_after(session::Ending ending, const policy::ChildPolicy& child) -> policy::EndAction {
  using session::Ending;
  if (ending == Ending::by_peer) return child.close_action;
  return ending == Ending::peer_is_dead ? child.dpd_action : policy::EndAction::none;
}

}  // namespace

auto State::fresh_spi(core::Random& source) -> IkeSpi {
  while (true) {
    std::array<std::byte, 8> octets;
    source.fill(octets);
    const auto spi = IkeSpi{core::load_be<std::uint64_t>(std::span<const std::byte, 8>(octets))};
    if (spi != IkeSpi{} && !sessions.has_spi(spi)) return spi;
  }
}

auto State::candidates(const net::Path& path) -> std::vector<policy::ConnectionPtr> {
  return connections.candidates(path, names);
}

auto State::adopt(std::unique_ptr<IkeSa> sa) -> IkeSa& {
  auto& added = sessions.add(std::move(sa));
  sessions.index_identities(added);
  return added;
}

auto State::find(SessionId session) -> IkeSa* {
  auto* sa = sessions.find(session);
  return sa != nullptr && !sa->is_closed() ? sa : nullptr;
}

auto State::others_with(const IkeSa& sa) -> std::vector<IkeSa*> { return sessions.others_with(sa); }

auto State::is_connected(const policy::Connection& connection) -> bool {
  const auto* other =
      sessions.first_of(connection.name, [](const IkeSa& sa) { return sa.is_established(); });
  return other != nullptr;
}

void State::established(IkeSa& sa) { sessions.index_identities(sa); }

void State::child_established(IkeSa& sa, const std::string& child) {
  keeper.succeeded(key_of(sa, child), now);
}

void State::child_failed(IkeSa& sa, const std::string& child) {
  keeper.failed(key_of(sa, child), now, *random);
}

void State::child_closed(IkeSa& sa, const std::string& child) {
  const auto connection = find_connection(*this, sa.connection->name);
  const auto* policy = connection ? connection->find_child(child) : nullptr;
  if (policy != nullptr) follow_up(sa, *policy, policy->close_action);
}

void State::follow_up(const IkeSa& sa, const policy::ChildPolicy& child, policy::EndAction action) {
  const auto key = key_of(sa, child.name);
  switch (action) {
    case policy::EndAction::none:  break;
    case policy::EndAction::trap:  out->emplace_back(Trap{child.policy}); break;
    case policy::EndAction::start: keeper.want(key, sa.connection->keying_tries, now); break;
  }
  keeper.lost(key, now, *random);
}

void State::closed(IkeSa& sa, const session::Closing& closing) {
  if (!sa.connection || sa.standing == session::Standing::replaced) return;
  if (auto* old = sa.purpose.reauthenticates ? find(*sa.purpose.reauthenticates) : nullptr) {
    old->heir.reset();
    old->reauth_at = now + std::chrono::minutes(1);
    return;
  }
  // It ended early: its heir is now the one that packets wait for.
  if (auto* heir = sa.heir ? find(*sa.heir) : nullptr) heir->purpose.reauthenticates.reset();
  const auto connection = find_connection(*this, sa.connection->name);
  if (!connection) return;
  for (const auto& child : connection->children) {
    const bool was_up = std::ranges::find(closing.children, child.name) != closing.children.end();
    if (was_up) {
      follow_up(sa, child, action_after(closing.ending, child));
    } else if (sa.is_original_initiator) {
      // What a stranger tried and failed at is none of our tries.
      keeper.failed(key_of(sa, child.name), now, *random);
    }
  }
}

auto find_connection(const State& state, const std::string& name) -> policy::ConnectionPtr {
  return state.connections.find(name);
}

}  // namespace esplanade::ike::door
