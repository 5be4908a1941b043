#include "ike/session/child/children.h"

#include "core/writer.h"
#include "ike/session/jitter.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using namespace std::chrono_literals;

using iana::NotifyType;

/// How long the inbound SA of a deleted child takes what was on its way.
constexpr auto linger = 5s;

auto outer(sa::Direction direction, const IkeSa& sa, const Agreement& agreement)
    -> sa::SaParameters {
  const auto& policy = *agreement.policy;
  sa::SaParameters parameters;
  parameters.spi = direction == sa::Direction::inbound ? agreement.inbound : agreement.outbound;
  parameters.direction = direction;
  parameters.mode = agreement.mode;
  parameters.ours = sa.path.ours.address;
  parameters.theirs = sa.path.theirs.address;
  if (sa.nat.any() || sa.connection->forces_encapsulation) {
    parameters.encapsulation =
        sa::UdpEncapsulation{.ours = sa.path.ours.port, .theirs = sa.path.theirs.port};
  }
  parameters.algorithms = agreement.suite.algorithms;
  parameters.esn = agreement.suite.esn;
  parameters.replay_window = policy.replay_window;
  parameters.df = policy.df;
  parameters.selectors = {.ours = agreement.ours, .theirs = agreement.theirs};
  return parameters;
}

/// Limits in octets and packets are counted where the packets are; time is ours.
auto counted_limits(const policy::Limits& limits, core::Random& random) -> sa::Lifetime {
  sa::Lifetime lifetime;
  lifetime.soft_octets = less_jitter(limits.rekey_octets, limits.rand_octets, random);
  lifetime.hard_octets = limits.life_octets;
  lifetime.soft_packets = less_jitter(limits.rekey_packets, limits.rand_packets, random);
  lifetime.hard_packets = limits.life_packets;
  return lifetime;
}

auto after(core::Time now, const std::optional<core::Duration>& time) -> std::optional<core::Time> {
  return time ? std::optional(now + *time) : std::nullopt;
}

void set_deadlines(Child& child, const policy::Limits& limits, Context& context) {
  const auto now = context.env.now;
  child.rekey_at = after(now, less_jitter(limits.rekey_time, limits.rand_time, context.env.random));
  child.end_at = after(now, limits.life_time);
}

void emit(const Child& child, sa::SaParameters inbound, sa::SaParameters outbound,
          Context& context) {
  auto in = std::make_shared<sa::SaParameters>(std::move(inbound));
  auto out = std::make_shared<sa::SaParameters>(std::move(outbound));
  context.out.push_back(
      InstallInbound{.child = child.id, .policy = child.policy, .parameters = std::move(in)});
  context.out.push_back(
      InstallOutbound{.child = child.id, .policy = child.policy, .parameters = std::move(out)});
}

}  // namespace

auto install(IkeSa& sa, const Agreement& agreement, const Keying& keying, Takeover takeover,
             Context& context) -> core::Result<ChildId> {
  auto keys = TRY(keys::derive_child_keys(
      context.env.crypto, {.prf = sa.suite.prf, .sk_d = sa.keys.sk_d.reveal()},
      agreement.suite.algorithms, keying.nonces, keying.shared));
  auto inbound = outer(sa::Direction::inbound, sa, agreement);
  auto outbound = outer(sa::Direction::outbound, sa, agreement);
  auto& sent = keying.is_initiator ? keys.initiator_to_responder : keys.responder_to_initiator;
  auto& received = keying.is_initiator ? keys.responder_to_initiator : keys.initiator_to_responder;
  outbound.keys = std::move(sent);
  inbound.keys = std::move(received);
  outbound.lifetime = counted_limits(agreement.policy->limits, context.env.random);
  inbound.lifetime = outbound.lifetime;
  inbound.before_nat = agreement.before_nat;

  Child child;
  child.id = context.host.fresh_child_id();
  child.name = agreement.policy->name;
  child.policy = agreement.policy->policy;
  child.inbound = agreement.inbound;
  child.outbound = agreement.outbound;
  child.suite = agreement.suite;
  child.mode = agreement.mode;
  child.ours = agreement.ours;
  child.theirs = agreement.theirs;
  child.is_ours = keying.is_initiator;
  set_deadlines(child, agreement.policy->limits, context);
  emit(child, std::move(inbound), std::move(outbound), context);
  if (takeover == Takeover::now) activate(child, context);
  sa.children.push_back(std::move(child));
  return sa.children.back().id;
}

void activate(Child& child, Context& context) {
  if (child.is_active) return;
  child.is_active = true;
  context.out.push_back(Activate{.child = child.id});
}

void bury(IkeSa& sa, ChildId id, Context& context) {
  auto* child = sa.find_child(id);
  if (child == nullptr || child->state == ChildState::gone) return;
  child->state = ChildState::gone;
  child->is_active = false;
  child->rekey_at.reset();
  child->end_at.reset();
  child->remove_at = context.env.now + linger;
  context.out.push_back(Deactivate{.child = id});
}

void remove_all_children(IkeSa& sa, Context& context) {
  for (const auto& child : sa.children) {
    context.out.push_back(Remove{.child = child.id});
    context.env.spis.release(child.inbound);
  }
  sa.children.clear();
}

}  // namespace esplanade::ike::session
