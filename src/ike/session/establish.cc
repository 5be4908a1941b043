#include "ike/session/establish.h"

#include "ike/keys/suite.h"
#if __has_include("ike/keys/ike_key_table.h")
#include "ike/keys/ike_key_table.h"
#else
namespace esplanade::ike::keys { inline auto ike_key_table_row(const IkeSuite&, const IkeKeys&, const IkeSpis&) -> std::string { return {}; } }
#endif
#include "ike/session/child/children.h"
#include "ike/session/jitter.h"

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

/// What only one end shall do, or both would at once. A successor inherits it.
void plan_for_initiator(IkeSa& sa, Context& context) {
  const auto now = context.env.now;
  const auto& connection = *sa.connection;
  sa.reauth_at =
      jittered(now, connection.reauth_time, connection.rand_time, context.env.random);
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

void log_keys(const IkeSa& sa, Context& context) {
  if (!context.options.logs_keys) return;
  context.out.push_back(LogKeys{keys::ike_key_table_row(sa.suite, sa.keys, sa.spis)});
}

void establish(IkeSa& sa, Context& context) {
  sa.state = Established{};
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

void close(IkeSa& sa, Ending ending, Context& context) {
  if (sa.is_closed()) return;
  const bool was_established = sa.is_established();
  remove_all_children(sa, context);
  for (auto& [id, move] : sa.moves) {
    if (auto* creating = std::get_if<CreatingChild>(&move)) withdraw(creating->offer, context);
  }
  if (auto* awaiting = std::get_if<AwaitAuth>(&sa.state); awaiting != nullptr && awaiting->offer) {
    withdraw(*awaiting->offer, context);
  }
  sa.moves.clear();
  sa.jobs.clear();
  if (was_established && sa.standing != Standing::replaced) {
    tell(sa, Level::info, "ike_closed", {{"spis", to_text(sa.spis)}}, context);
  }
  sa.state = Closed{};
  context.host.closed(sa, ending != Ending::agreed);
}

}  // namespace esplanade::ike::session
