#include "ike/door/connections.h"

#include <algorithm>

namespace esplanade::ike::door {
namespace {

auto is_single(const policy::PeerAddress& address) -> bool {
  return address.range && address.range->first() == address.range->last();
}

}  // namespace

Connections::Connections(std::vector<policy::ConnectionPtr> connections)
    : all_(std::move(connections)) {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const auto& connection = *all_[i];
    by_name_.emplace(connection.name, i);
    for (const auto& child : connection.children) by_policy_.emplace(child.policy, i);
    const auto& theirs = connection.theirs;
    if (theirs.empty() || !std::ranges::all_of(theirs, is_single)) {
      of_many_.push_back(i);
      continue;
    }
    for (const auto& address : theirs) {
      auto& places = by_peer_[address.range->first()];
      if (places.empty() || places.back() != i) places.push_back(i);
    }
  }
}

auto Connections::find(const std::string& name) const -> policy::ConnectionPtr {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : all_[it->second];
}

auto Connections::find_policy(policy::PolicyId policy) const -> Meant {
  const auto it = by_policy_.find(policy);
  if (it == by_policy_.end()) return {};
  const auto& connection = all_[it->second];
  const auto child = std::ranges::find(connection->children, policy, &policy::ChildPolicy::policy);
  return {.connection = connection, .child = &*child};
}

auto Connections::candidates(const net::Path& path, const KnownNames& names) const
    -> std::vector<policy::ConnectionPtr> {
  Places places = of_many_;
  if (const auto it = by_peer_.find(path.theirs.address); it != by_peer_.end()) {
    places.clear();
    std::ranges::merge(of_many_, it->second, std::back_inserter(places));
  }
  std::vector<policy::ConnectionPtr> near;
  near.reserve(places.size());
  for (const auto place : places) near.push_back(all_[place]);
  return door::candidates(near, path, names);
}

}  // namespace esplanade::ike::door
