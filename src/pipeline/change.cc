#include "pipeline/change.h"

namespace esplanade::pipeline {
namespace {

using core::SaIndex;
using Released = std::optional<policy::PolicyId>;

auto find(Tables& tables, ChildKey key) -> Child* {
  const auto found = tables.children.find(key);
  return found == tables.children.end() ? nullptr : &found->second;
}

void deactivate(Child& child, Tables& tables) {
  if (!std::exchange(child.is_active, false)) return;
  const auto& selectors = tables.sad.outbound(child.outbound).parameters.selectors;
  if (auto* const keyed = tables.spd.find(child.policy)) {
    keyed->carriers.remove(child.outbound, selectors);
  }
}

auto apply(InstallInbound& change, Tables& tables) -> Released {
  auto& child = tables.children[change.child];
  core::ensure(child.inbound == SaIndex::none);
  child.policy = change.policy;
  child.inbound = tables.sad.install(change.sa);
  return {};
}

auto apply(InstallOutbound& change, Tables& tables) -> Released {
  auto& child = tables.children[change.child];
  core::ensure(child.outbound == SaIndex::none);
  child.policy = change.policy;
  child.outbound = tables.sad.install(change.sa);
  return {};
}

auto apply(Activate& change, Tables& tables) -> Released {
  auto* const child = find(tables, change.child);
  if (child == nullptr || child->outbound == SaIndex::none) return {};
  auto* const keyed = tables.spd.find(child->policy);
  if (keyed == nullptr) return {};
  deactivate(*child, tables);  // the newest is the one that was activated last
  keyed->asked_at.reset();     // what was asked for is here: the next want is another
  keyed->carriers.add(child->outbound, tables.sad.outbound(child->outbound).parameters.selectors);
  child->is_active = true;
  return child->policy;
}

auto apply(Deactivate& change, Tables& tables) -> Released {
  if (auto* const child = find(tables, change.child)) deactivate(*child, tables);
  return {};
}

auto apply(Remove& change, Tables& tables) -> Released {
  auto* const child = find(tables, change.child);
  if (child == nullptr) return {};
  deactivate(*child, tables);
  if (child->inbound != SaIndex::none) change.inbound = tables.sad.remove_inbound(child->inbound);
  if (child->outbound != SaIndex::none) {
    change.outbound = tables.sad.remove_outbound(child->outbound);
  }
  tables.children.erase(change.child);
  return {};
}

auto apply(Move& change, Tables& tables) -> Released {
  auto* const child = find(tables, change.child);
  if (child == nullptr) return {};
  if (child->inbound != SaIndex::none) tables.sad.inbound(child->inbound).move_to(change.path);
  if (child->outbound != SaIndex::none) tables.sad.outbound(child->outbound).move_to(change.path);
  return {};
}

auto apply(Trap& change, Tables& tables) -> Released {
  if (auto* const keyed = tables.spd.find(change.policy)) {
    keyed->is_trapped = true;
    keyed->asked_at.reset();
  }
  return {};
}

}  // namespace

auto carry_out(Change& change, Tables& tables) -> std::optional<policy::PolicyId> {
  return std::visit([&](auto& one) { return apply(one, tables); }, change);
}

}  // namespace esplanade::pipeline
