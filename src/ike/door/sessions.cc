#include "ike/door/sessions.h"

#include <algorithm>
#include <functional>

namespace esplanade::ike::door {
namespace {

using session::IkeSa;

/// Equal for equal identities; what it finds is compared.
auto identity_hash(const IkeSa& sa) -> std::size_t {
  const auto hash = [](const policy::Identity& id) {
    const auto data = id.data();
    const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
    return std::hash<std::string_view>{}(text) + std::to_underlying(id.type());
  };
  return hash(sa.our_id) * 31 + hash(sa.their_id);
}

}  // namespace

auto Sessions::add(std::unique_ptr<IkeSa> sa) -> IkeSa& {
  auto& added = *sa;
  by_spi_[added.our_spi()] = added.id;
  by_id_[added.id] = std::move(sa);
  index_connection(added);
  touch(added.id);
  return added;
}

void Sessions::erase(SessionId session) {
  const auto it = by_id_.find(session);
  if (it == by_id_.end()) return;
  by_spi_.erase(it->second->our_spi());
  const auto [first, last] = by_identity_.equal_range(identity_hash(*it->second));
  const auto entry =
      std::find_if(first, last, [session](const auto& e) { return e.second == session; });
  if (entry != last) by_identity_.erase(entry);
  forget_connection(*it->second);
  half_open_.remove(session);
  lingering_.erase(session);
  deadlines_.erase(session);
  by_id_.erase(it);
}

void Sessions::forget_connection(const IkeSa& sa) {
  const auto it = sa.connection ? by_connection_.find(sa.connection->name) : by_connection_.end();
  if (it == by_connection_.end()) return;
  it->second.erase(sa.id);
  if (it->second.empty()) by_connection_.erase(it);
}

void Sessions::linger(const IkeSa& sa, core::Time until) {
  half_open_.remove(sa.id);
  deadlines_.set(sa.id, until);
  lingering_.insert(sa.id);
  if (lingering_.size() > most_lingering && sa.children.empty()) erase(sa.id);
}

auto Sessions::find(SessionId session) -> IkeSa* {
  const auto it = by_id_.find(session);
  if (it == by_id_.end()) return nullptr;
  touch(session);
  return it->second.get();
}

auto Sessions::find_spi(IkeSpi ours) -> IkeSa* {
  const auto it = by_spi_.find(ours);
  return it == by_spi_.end() ? nullptr : find(it->second);
}

auto Sessions::find_child(core::Spi inbound) -> IkeSa* {
  const auto it = by_child_.find(inbound);
  return it == by_child_.end() ? nullptr : find(it->second);
}

auto Sessions::all_of(const std::string& connection) -> std::vector<IkeSa*> {
  std::vector<IkeSa*> found;
  const auto it = by_connection_.find(connection);
  if (it == by_connection_.end()) return found;
  for (const auto session : it->second) {
    if (auto* sa = find(session); !sa->is_closed()) found.push_back(sa);
  }
  return found;
}

/// In the order they were made, whatever the table's.
auto Sessions::find_all(std::vector<SessionId>& sessions) -> std::vector<IkeSa*> {
  std::ranges::sort(sessions);
  std::vector<IkeSa*> found;
  found.reserve(sessions.size());
  for (const auto session : sessions) found.push_back(find(session));
  return found;
}

auto Sessions::others_with(const IkeSa& sa) -> std::vector<IkeSa*> {
  std::vector<IkeSa*> found;
  const auto [first, last] = by_identity_.equal_range(identity_hash(sa));
  for (auto it = first; it != last; ++it) {
    auto& other = *by_id_.at(it->second);
    const bool is_same = other.our_id == sa.our_id && other.their_id == sa.their_id;
    if (&other == &sa || !is_same || !other.is_established()) continue;
    touch(other.id);
    found.push_back(&other);
  }
  std::ranges::sort(found, {}, &IkeSa::id);
  return found;
}

void Sessions::index_identities(const IkeSa& sa) {
  index_connection(sa);
  by_identity_.emplace(identity_hash(sa), sa.id);
}

void Sessions::refresh(const IkeSa& sa, std::optional<core::Time> deadline) {
  for (const auto& child : sa.children) by_child_[child.inbound] = sa.id;
  if (sa.is_established()) half_open_.remove(sa.id);
  deadlines_.set(sa.id, deadline);
}

auto Sessions::take_touched() -> std::set<SessionId> { return std::exchange(touched_, {}); }

}  // namespace esplanade::ike::door
