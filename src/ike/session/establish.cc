#include "ike/session/establish.h"

#include "ike/keys/ike_key_table.h"
#include "ike/keys/suite.h"
#include "ike/session/child/children.h"
#include "ike/session/jitter.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using namespace std::chrono_literals;

/// When a new IKE SA tries whether its children could be rekeyed: early enough that the operator
/// who has just set it up is still there.
constexpr core::Duration pfs_check_after = 3s;

auto jittered(core::Time now, const std::optional<core::Duration>& time,
              const std::optional<core::Duration>& jitter, core::Random& random)
    -> std::optional<core::Time> {
  const auto shortened = less_jitter(time, jitter, random);
  return shortened ? std::optional(now + *shortened) : std::nullopt;
}

/// Early enough that another IKE SA stands when the proof ends.
auto reauthentication_before(core::Time end, core::Time now) -> core::Time {
  return end + -std::min<core::Duration>(5min, (end - now) / 10);
}

/// What only one end shall do, or both would at once. A successor inherits it.
void plan_for_initiator(IkeSa& sa, Context& context) {
  const auto now = context.env.now;
  const auto& connection = *sa.connection;
  sa.reauth_at = jittered(now, connection.reauth_time, connection.rand_time, context.env.random);
  if (sa.proof_ends_at) {
    const auto before = reauthentication_before(*sa.proof_ends_at, now);
    sa.reauth_at = sa.reauth_at ? std::min(*sa.reauth_at, before) : before;
  }
  if (context.options.checks_pfs) sa.pfs_check_at = now + pfs_check_after;
}

}  // namespace

void set_deadlines(IkeSa& sa, Context& context) {
  const auto now = context.env.now;
  auto& random = context.env.random;
  const auto& connection = *sa.connection;
  sa.created = now;
  sa.last_heard = now;
  sa.rekey_at = jittered(now, connection.rekey_time, connection.rand_time, random);
  if (const auto first = connection.rekey_time ? connection.rekey_time : connection.reauth_time) {
    sa.end_at = now + *first + connection.over_time.value_or(core::Duration{});
  }
  if (sa.nat.is_ours) sa.keep_alive_at = now + context.options.keep_alive;
}

void bound_by_proof(IkeSa& sa, const std::optional<core::WallTime>& valid_until,
                    const Context& context) {
  // Of a certificate of ours: who takes it all the same minds no dates.
  if (!valid_until || *valid_until <= context.env.wall) return;
  const auto end = context.env.now + (valid_until->since_epoch - context.env.wall.since_epoch);
  sa.proof_ends_at = sa.proof_ends_at ? std::min(*sa.proof_ends_at, end) : end;
}

void log_keys(const IkeSa& sa, Context& context) {
  if (!context.options.logs_keys) return;
  context.out.emplace_back(LogKeys{keys::ike_key_table_row(sa.suite, sa.keys, sa.spis)});
}

void establish(IkeSa& sa, Context& context) {
  sa.state = Established{};
  sa.exchanges.widen_ours(context.options.window);  // the peer has been told in IKE_AUTH
  set_deadlines(sa, context);
  if (sa.is_original_initiator) plan_for_initiator(sa, context);
  tell(sa, Level::info, "ike_established",
       {{"our_id", sa.our_id.to_string()},
        {"their_id", sa.their_id.to_string()},
        {"spis", to_text(sa.spis)},
        {"ike", to_text(sa.suite)}},
       context);
  context.host.established(sa);
}

namespace {

void drop_held(const std::optional<Acquire>& packet, Context& context) {
  if (packet) context.out.emplace_back(DropHeld{packet->policy});
}

/// Names of the children that carried traffic, each once.
auto children_up(const IkeSa& sa) -> std::vector<std::string> {
  std::vector<std::string> names;
  for (const auto& child : sa.children) {
    if (child.state == ChildState::gone) continue;
    if (std::ranges::find(names, child.name) == names.end()) names.push_back(child.name);
  }
  return names;
}

void drop_moves(IkeSa& sa, Context& context) {
  for (auto& [id, move] : sa.moves) {
    if (auto* creating = std::get_if<CreatingChild>(&move)) {
      withdraw(creating->offer, context);
      drop_held(creating->packet, context);
    }
    // A successor that waited for the outcome need not any more; to find it has it looked at.
    const auto* rekeying = std::get_if<RekeyingIke>(&move);
    if (rekeying == nullptr || !rekeying->rival) continue;
    if (auto* rival = context.host.find(rekeying->rival->session)) rival->collides_over.reset();
  }
  sa.moves.clear();
}

/// The child that IKE_AUTH was to make.
void drop_first_child(IkeSa& sa, Context& context) {
  const auto* awaiting = std::get_if<AwaitAuth>(&sa.state);
  const auto* revocation = std::get_if<AwaitRevocation>(&sa.state);
  const auto* offer = awaiting != nullptr     ? &awaiting->offer
                      : revocation != nullptr ? &revocation->offer
                                              : nullptr;
  if (offer != nullptr && *offer) withdraw(**offer, context);
  if (!sa.is_established()) drop_held(sa.purpose.packet, context);
}

}  // namespace

void drop_jobs(IkeSa& sa, Context& context) {
  for (const auto& job : sa.jobs) {
    if (const auto* create = std::get_if<CreateChild>(&job)) drop_held(create->packet, context);
  }
  sa.jobs.clear();
}

void close(IkeSa& sa, Ending ending, Context& context) {
  if (sa.is_closed()) return;
  const bool was_established = sa.is_established();
  const auto closing = Closing{.ending = ending, .children = children_up(sa)};
  pass_traffic_on(sa, context);
  // In order on both ends: what is on its way is still taken.
  const bool is_orderly = ending == Ending::asked || ending == Ending::by_peer;
  if (is_orderly) bury_all(sa, context);
  if (!is_orderly) remove_all_children(sa, context);
  drop_moves(sa, context);
  drop_jobs(sa, context);
  drop_first_child(sa, context);
  if (was_established && sa.standing != Standing::replaced) {
    tell(sa, Level::info, "ike_closed", {{"spis", to_text(sa.spis)}}, context);
  }
  sa.state = Closed{};
  context.host.closed(sa, closing);
}

void close_with_answer(IkeSa& sa, Ending ending, Context& context) {
  if (sa.is_closed()) return;
  close(sa, ending, context);
  sa.state = Closed{.lingers_until = context.env.now + context.options.half_open_timeout};
}

}  // namespace esplanade::ike::session
