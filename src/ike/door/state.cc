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

/// Is a child set up again after this? (swanctl.conf's close_action and dpd_action.)
auto starts_again(const policy::ChildPolicy& child, session::Ending ending) -> bool {
  using session::Ending;
  const auto action = ending == Ending::by_peer        ? child.close_action
                      : ending == Ending::peer_is_dead ? child.dpd_action
                                                       : policy::EndAction::none;
  return action == policy::EndAction::start;
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
  return door::candidates(connections, path, names);
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
  if (policy == nullptr) return;
  const auto key = key_of(sa, child);
  if (policy->close_action == policy::EndAction::start) {
    keeper.want(key, connection->keying_tries, now);
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
  const auto connection = find_connection(*this, sa.connection->name);
  if (!connection) return;
  for (const auto& child : connection->children) {
    const auto key = key_of(sa, child.name);
    const bool was_up = std::ranges::find(closing.children, child.name) != closing.children.end();
    if (!was_up) {
      keeper.failed(key, now, *random);
      continue;
    }
    if (starts_again(child, closing.ending)) keeper.want(key, connection->keying_tries, now);
    keeper.lost(key, now, *random);
  }
}

auto find_connection(const State& state, const std::string& name) -> policy::ConnectionPtr {
  const auto it =
      std::ranges::find_if(state.connections, [&](const auto& c) { return c->name == name; });
  return it == state.connections.end() ? nullptr : *it;
}

}  // namespace esplanade::ike::door
