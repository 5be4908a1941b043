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

/// The children an attempt was made for.
auto meant_children(const IkeSa& sa) -> std::vector<std::string> {
  std::vector<std::string> names;
  if (!sa.purpose.child.empty()) names.push_back(sa.purpose.child);
  for (const auto& job : sa.jobs) {
    if (const auto* create = std::get_if<session::CreateChild>(&job)) {
      names.push_back(create->child);
    }
  }
  return names;
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

auto State::find(SessionId session) -> IkeSa* { return sessions.find(session); }

auto State::others_with(const IkeSa& sa) -> std::vector<IkeSa*> {
  return sessions.others_with(sa);
}

void State::established(IkeSa& sa) {
  sessions.index_identities(sa);
  for (const auto& child : meant_children(sa)) keeper.succeeded(key_of(sa, child));
}

void State::child_failed(IkeSa& sa, const std::string& child) {
  keeper.failed(key_of(sa, child), now, *random);
}

void State::child_closed(IkeSa& sa, const session::Child& child) {
  const auto* policy = sa.connection->find_child(child.name);
  if (policy == nullptr) return;
  const auto key = key_of(sa, child.name);
  if (policy->close_action == policy::EndAction::start) {
    keeper.want(key, sa.connection->keying_tries, now);
  }
  keeper.lost(key, now, *random);
}

void State::closed(IkeSa& sa, bool is_failure) {
  if (!sa.connection || sa.standing == session::Standing::replaced) return;
  if (sa.purpose.packet) {
    out->push_back(DropHeld{sa.purpose.packet->policy});
  }
  if (auto* old = sa.purpose.reauthenticates ? find(*sa.purpose.reauthenticates) : nullptr) {
    old->reauth_at = now + std::chrono::minutes(1);
    return;
  }
  for (const auto& child : sa.connection->children) {
    const auto key = key_of(sa, child.name);
    const bool is_dead_peer = is_failure && sa.is_established();
    if (is_dead_peer && child.dpd_action == policy::EndAction::start) {
      keeper.want(key, sa.connection->keying_tries, now);
    }
    keeper.failed(key, now, *random);
  }
}

auto find_connection(const State& state, const std::string& name) -> policy::ConnectionPtr {
  return state.connections.find(name);
}

}  // namespace esplanade::ike::door
