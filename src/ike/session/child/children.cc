#include "ike/session/child/children.h"

#include "core/writer.h"
#include "ike/session/jitter.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using namespace std::chrono_literals;

/// How long the inbound SA of a deleted child takes what was on its way.
constexpr auto linger = 5s;

/// A peer that shows nothing is ready after this: its answer has long come.
constexpr auto ready_after = 2s;

/// How long a child that was replaced waits for the peer to delete it, before we do: longer than
/// all retransmissions of a peer's Delete take.
constexpr auto retired_for = 240s;

auto outer(sa::Direction direction, const IkeSa& sa, const Agreement& agreement)
    -> sa::SaParameters {
  const auto& policy = *agreement.policy;
  sa::SaParameters parameters;
  parameters.spi = direction == sa::Direction::inbound ? agreement.inbound : agreement.outbound;
  parameters.direction = direction;
  parameters.mode = agreement.mode;
  parameters.ours = sa.path.ours.address;
  parameters.theirs = sa.path.theirs.address;
  parameters.protocol = agreement.suite.protocol;
  const bool is_esp = parameters.protocol == sa::Protocol::esp;  // AH stands in no UDP
  if (is_esp && (sa.nat.any() || sa.connection->forces_encapsulation)) {
    parameters.encapsulation =
        sa::UdpEncapsulation{.ours = sa.path.ours.port, .theirs = sa.path.theirs.port};
  }
  parameters.algorithms = agreement.suite.algorithms;
  parameters.esn = agreement.suite.esn;
  parameters.replay_window = policy.replay_window;
  parameters.df = policy.df;
  parameters.dscp = policy.dscp;
  parameters.inner_dscp = policy.inner_dscp;
  parameters.ecn = policy.ecn;
  parameters.selectors = {.ours = agreement.ours, .theirs = agreement.theirs};
  return parameters;
}

/// RFC 4303, 2.7: the inner header tells where the packet ends, so there has to be one.
auto can_be_padded(const Agreement& agreement) -> bool {
  return agreement.takes_padding && agreement.mode == sa::Mode::tunnel &&
         agreement.suite.protocol == sa::Protocol::esp;
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
  context.out.emplace_back(
      InstallInbound{.child = child.id, .policy = child.policy, .parameters = std::move(in)});
  context.out.emplace_back(
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
  if (can_be_padded(agreement)) outbound.pad_to = agreement.policy->pad_to;
  inbound.before_nat = agreement.before_nat;
  inbound.carries_later_fragments = agreement.has_later_fragments;
  outbound.carries_later_fragments = agreement.has_later_fragments;

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
  child.populated = agreement.populated;
  child.follows = keying.replaces;
  set_deadlines(child, agreement.policy->limits, context);
  emit(child, std::move(inbound), std::move(outbound), context);
  if (takeover == Takeover::now) activate(child, context);
  const bool waits_alone = takeover != Takeover::now && !keying.replaces;
  if (waits_alone) child.activate_at = context.env.now + ready_after;
  sa.children.push_back(std::move(child));
  return sa.children.back().id;
}

void activate(Child& child, Context& context) {
  if (child.is_active) return;
  child.is_active = true;
  context.out.emplace_back(Activate{.child = child.id});
}

void retire(IkeSa& sa, ChildId id, Context& context) {
  auto* child = sa.find_child(id);
  if (child == nullptr) return;
  if (child->state != ChildState::installed && child->state != ChildState::rekeying) return;
  child->state = ChildState::replaced;
  child->rekey_at.reset();
  child->activate_at.reset();
  const auto until = context.env.now + retired_for;
  child->end_at = child->end_at ? std::min(*child->end_at, until) : until;
}

namespace {

void entomb(Child& child, Context& context) {
  child.state = ChildState::gone;
  child.is_active = false;
  child.rekey_at.reset();
  child.end_at.reset();
  child.activate_at.reset();
  child.remove_at = context.env.now + linger;
  context.out.emplace_back(Deactivate{.child = child.id});
}

auto is_carrying(const Child& child) -> bool {
  return child.is_active && child.state != ChildState::gone;
}

/// Do the two carry the same packets?
auto is_alike(const Child& a, const Child& b) -> bool {
  return a.policy == b.policy && a.populated == b.populated;
}

}  // namespace

auto is_carried(const IkeSa& sa, policy::PolicyId policy) -> bool {
  return std::ranges::any_of(sa.children, [policy](const Child& child) {
    return child.policy == policy && is_carrying(child);
  });
}

auto is_carried(const IkeSa& sa, policy::PolicyId policy, const policy::Populated& populated)
    -> bool {
  return std::ranges::any_of(sa.children, [&](const Child& child) {
    return child.policy == policy && child.populated == populated && is_carrying(child);
  });
}

void activate_successors(IkeSa& sa, ChildId old, Context& context) {
  const auto* leaving = sa.find_child(old);
  if (leaving == nullptr) return;
  const auto can_follow = [&](const Child& child) {
    return child.id != old && is_alike(child, *leaving) && can_carry(child);
  };
  // One that was replaced carries as long as it stands.
  const bool is_carried_otherwise = std::ranges::any_of(sa.children, [&](const Child& child) {
    return child.id != old && is_alike(child, *leaving) && child.is_active;
  });
  for (auto& child : sa.children) {
    const bool is_next = child.follows == old || !is_carried_otherwise;
    if (can_follow(child) && is_next) activate(child, context);
  }
}

void bury(IkeSa& sa, ChildId id, Context& context) {
  auto* child = sa.find_child(id);
  if (child == nullptr || child->state == ChildState::gone) return;
  activate_successors(sa, id, context);
  entomb(*child, context);
}

auto can_carry(const Child& child) -> bool {
  return child.state == ChildState::installed || child.state == ChildState::rekeying;
}

namespace {

/// Of several the oldest: the peer may not have the answer to a newer one yet.
void activate_oldest(const std::vector<IkeSa*>& sas, const Child& leaving, Context& context) {
  for (auto* sa : sas) {
    for (auto& child : sa->children) {
      if (is_alike(child, leaving) && can_carry(child)) return activate(child, context);
    }
  }
}

}  // namespace

auto takeover_beside(const IkeSa& sa, const Agreement& agreement, Context& context) -> Takeover {
  const auto carries_it = [&](const IkeSa& one) {
    return is_carried(one, agreement.policy->policy, agreement.populated);
  };
  const auto others = context.host.others_with(sa);
  const bool is_busy = carries_it(sa) || std::ranges::any_of(others, [&](const IkeSa* other) {
                         return carries_it(*other);
                       });
  return is_busy ? Takeover::when_peer_is_ready : Takeover::now;
}

void pass_traffic_on(IkeSa& sa, Context& context) {
  if (sa.children.empty()) return;
  const auto others = context.host.others_with(sa);
  for (const auto& leaving : sa.children) {
    if (!leaving.is_active) continue;
    const bool is_carried_otherwise = std::ranges::any_of(others, [&](const IkeSa* other) {
      return is_carried(*other, leaving.policy, leaving.populated);
    });
    if (!is_carried_otherwise) activate_oldest(others, leaving, context);
  }
}

void bury_all(IkeSa& sa, Context& context) {
  for (auto& child : sa.children) {
    if (child.state == ChildState::gone) continue;
    entomb(child, context);
  }
}

void remove_gone(IkeSa& sa, Context& context) {
  const auto now = context.env.now;
  const auto is_over = [now](const Child& child) {
    return child.remove_at && now >= *child.remove_at;
  };
  for (const auto& child : sa.children) {
    if (!is_over(child)) continue;
    context.out.emplace_back(Remove{.child = child.id});
    context.env.spis.release(child.inbound);
  }
  std::erase_if(sa.children, is_over);
}

void remove_all_children(IkeSa& sa, Context& context) {
  for (const auto& child : sa.children) {
    context.out.emplace_back(Remove{.child = child.id});
    context.env.spis.release(child.inbound);
  }
  sa.children.clear();
}

}  // namespace esplanade::ike::session
