#include "daemon/guarding.h"

#include <fmt/format.h>

namespace esplanade::daemon {
namespace {

using platform::GuardRule;

auto processing_for(const policy::Entry& entry) -> policy::Processing {
  // What is to be dropped is dropped in clear, as is what is to be protected.
  const bool passes = entry.processing == policy::Processing::bypass;
  return passes ? policy::Processing::bypass : policy::Processing::protect;
}

void add_learnt(const policy::Spd& spd, const policy::Entry& entry, const ChildTable& children,
                std::vector<GuardRule>& rules) {
  for (const auto& [id, child] : children.all()) {
    if (!child.outbound || child.policy != spd.policy_of(entry)) continue;
    rules.push_back({.selectors = child.outbound->parameters.selectors,
                     .processing = policy::Processing::protect,
                     .sides = policy::Sides::both});
  }
}

}  // namespace

auto guard_rules(const policy::Spd& spd, const ChildTable* children) -> std::vector<GuardRule> {
  std::vector<GuardRule> rules;
  for (const auto& entry : spd.entries()) {
    rules.push_back(
        {.selectors = entry.selectors, .processing = processing_for(entry), .sides = entry.sides});
    if (children != nullptr && entry.is_open) add_learnt(spd, entry, *children, rules);
  }
  return rules;
}

auto Guarding::open(const config::Dataplane& settings) -> Outcome {
  if (settings.guard == config::GuardUse::off) return {};
  // Two daemons in one network namespace have routing tables of their own, so guards too.
  auto guard = platform::Guard::open(fmt::format("esplanade-{}", settings.table));
  if (guard) {
    guard_ = *std::move(guard);
    if (settings.gateway) base_.inside = settings.gateway->inside;
    base_.fwmark = settings.fwmark;
    return {};
  }
  const auto why = guard.error().to_string();
  if (settings.gateway) {
    return std::unexpected(
        Failure{Exit::failed, why + ": a gateway needs it, or the system might forward in clear"});
  }
  if (settings.guard == config::GuardUse::required) {
    return std::unexpected(Failure{Exit::failed, why + ": `guard = yes` needs it"});
  }
  log_.warning("no_guard", {{"why", why},
                            {"hint",
                             "clear packets that never meet the TUN are not held to "
                             "policy; `guard = no` says that this is meant"}});
  return {};
}

void Guarding::know(std::string tun, std::vector<std::uint16_t> udp_ports) {
  base_.tun = std::move(tun);
  base_.udp_ports = std::move(udp_ports);
}

auto Guarding::enforce(std::vector<GuardRule> rules) -> Outcome {
  if (!guard_) return {};
  auto plan = base_;
  plan.rules = std::move(rules);
  if (plan == in_force_) return {};
  if (auto done = checked(guard_->replace(plan)); !done) return done;
  in_force_ = std::move(plan);
  return {};
}

void Guarding::abandon() {
  if (guard_) guard_->abandon();
}

void Guarding::stop(const config::Dataplane& settings) {
  if (!guard_ || settings.keeps_guard) return;
  // Without rules it still parts the system from the inside of a gateway.
  const auto done = base_.inside ? guard_->replace(base_) : guard_->remove();
  if (!done) log_.error("stop", {{"why", done.error().to_string()}});
}

}  // namespace esplanade::daemon
