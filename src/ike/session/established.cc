#include "ike/session/established.h"

#include "ike/session/child/children.h"
#include "ike/session/child/create_child.h"
#include "ike/session/establish.h"
#include "ike/session/informational.h"
#include "ike/session/rekey_ike.h"
#include "ike/session/troubles.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using iana::ExchangeType;
using iana::NotifyType;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

void on_request(IkeSa& sa, const Received& asked, Context& context) {
  if (!deletes_ike(asked.payloads)) take_for_decided(sa, context);
  switch (asked.header.exchange) {
    case ExchangeType::create_child_sa: {
      const auto answer = is_ike_rekey(asked.payloads) ? answer_rekey_ike(sa, asked, context)
                                                       : answer_create_child(sa, asked, context);
      return respond(sa, asked.header, answer, context);
    }
    case ExchangeType::informational:      return answer_informational(sa, asked, context);
    case ExchangeType::ike_sa_init:
    case ExchangeType::ike_auth:
    case ExchangeType::ike_session_resume:
    case ExchangeType::gsa_auth:
    case ExchangeType::gsa_registration:
    case ExchangeType::gsa_rekey:
    case ExchangeType::ike_intermediate:
    case ExchangeType::ike_followup_ke:    break;
  }
  // Authentic, but of an exchange that has no place here (RFC 7296, 2.21.3).
  respond(sa, asked.header, {notify(NotifyType::invalid_syntax)}, context);
}

void on_response(IkeSa& sa, const Received& answer, Context& context) {
  const auto it = sa.moves.find(answer.header.message_id);
  if (it == sa.moves.end()) return;
  auto move = std::move(it->second);
  sa.moves.erase(it);
  // Only an exchange of the kind that failed shows that the failures are over.
  const bool is_kind_that_fails =
      std::holds_alternative<CreatingChild>(move) || std::holds_alternative<RekeyingIke>(move);
  if (is_kind_that_fails &&
      wire::find_notify(answer.payloads, NotifyType::temporary_failure) == nullptr) {
    sa.temporary_failures = 0;
  }
  std::visit(Overloaded{
                 [&](CreatingChild& m) { finish_create_child(sa, std::move(m), answer, context); },
                 [&](RekeyingIke& m) { finish_rekey_ike(sa, std::move(m), answer, context); },
                 [&](DeletingChild& m) { finish_delete(sa, m, context); },
                 [&](DeletingIke&) { close(sa, Ending::asked, context); },
                 [](Probing&) {},
                 [](Telling&) {},
             },
             move);
  if (!is_making_child(sa)) sa.deleted_early.clear();
}

// --- jobs ----------------------------------------------------------------------------------------

namespace {

/// A child of this name is being made or rekeyed.
auto is_making(const IkeSa& sa, const std::string& child) -> bool {
  return std::ranges::any_of(sa.moves, [&](const auto& entry) {
    const auto* creating = std::get_if<CreatingChild>(&entry.second);
    return creating != nullptr && creating->offer.policy->name == child;
  });
}

/// The peer has made it of one that we are rekeying as well; which of the two stays is not decided.
auto is_rival(const IkeSa& sa, ChildId child) -> bool {
  return std::ranges::any_of(sa.moves, [child](const auto& entry) {
    const auto* creating = std::get_if<CreatingChild>(&entry.second);
    return creating != nullptr && creating->rival && creating->rival->child == child;
  });
}

auto is_ending(const IkeSa& sa) -> bool {
  return std::ranges::any_of(sa.moves, [](const auto& entry) {
    return std::holds_alternative<DeletingIke>(entry.second);
  });
}

/// May it be asked now? Nothing new while the IKE SA is being rekeyed, and no rekeying of it while
/// children change (RFC 7296, 1.3.2 and 2.25).
auto may_start(const IkeSa& sa, const Job& job, core::Time now) -> bool {
  const bool waits = sa.not_before && now < *sa.not_before;
  return std::visit(
      Overloaded{
          [&](const CreateChild&) { return !waits && !is_rekeying(sa); },
          [&](const RekeyChild& j) { return !waits && !is_rekeying(sa) && !is_rival(sa, j.child); },
          [&](const RekeyIke&) { return !waits && !is_rekeying(sa) && !is_changing_children(sa); },
          [&](const DeleteChild&) { return !is_rekeying(sa); },
          [&](const CloseChildren& j) { return !is_rekeying(sa) && !is_making(sa, j.child); },
          [&](const DeleteIke&) { return !is_rekeying(sa); },
          [](const Probe&) { return true; },
          [](const Tell&) { return true; },
      },
      job);
}

void start(IkeSa& sa, const Job& job, Context& context) {
  std::visit(Overloaded{
                 [&](const CreateChild& j) { ask_create(sa, j, context); },
                 [&](const RekeyChild& j) { ask_rekey(sa, j, context); },
                 [&](const RekeyIke&) { ask_rekey_ike(sa, context); },
                 [&](const DeleteChild& j) { ask_delete(sa, j, context); },
                 [&](const CloseChildren& j) { ask_close(sa, j); },
                 [&](const DeleteIke&) { ask_delete_ike(sa, context); },
                 [&](const Probe&) { ask_probe(sa, context); },
                 [&](const Tell& j) { ask_tell(sa, j, context); },
             },
             job);
}

auto is_same(const Job& a, const Job& b) -> bool {
  if (a.index() != b.index()) return false;
  if (const auto* create = std::get_if<CreateChild>(&a)) {
    const auto& other = std::get<CreateChild>(b);
    return create->child == other.child && create->populated == other.populated;
  }
  if (const auto* rekey = std::get_if<RekeyChild>(&a)) {
    return rekey->child == std::get<RekeyChild>(b).child;
  }
  if (const auto* del = std::get_if<DeleteChild>(&a)) {
    return del->child == std::get<DeleteChild>(b).child;
  }
  if (const auto* close = std::get_if<CloseChildren>(&a)) {
    return close->child == std::get<CloseChildren>(b).child;
  }
  if (const auto* tell = std::get_if<Tell>(&a)) return tell->payload == std::get<Tell>(b).payload;
  return true;
}

auto is_on_its_way(const Moving& move, const Job& like) -> bool {
  if (const auto* create = std::get_if<CreateChild>(&like)) {
    const auto* creating = std::get_if<CreatingChild>(&move);
    return creating != nullptr && !creating->replaces &&
           creating->offer.policy->name == create->child &&
           creating->offer.populated == create->populated;
  }
  return (std::holds_alternative<RekeyIke>(like) && std::holds_alternative<RekeyingIke>(move)) ||
         (std::holds_alternative<DeleteIke>(like) && std::holds_alternative<DeletingIke>(move)) ||
         (std::holds_alternative<Probe>(like) && !std::holds_alternative<Telling>(move));
}

}  // namespace

auto has_job(const IkeSa& sa, const Job& like) -> bool {
  return std::ranges::any_of(sa.jobs, [&](const Job& job) { return is_same(job, like); }) ||
         std::ranges::any_of(sa.moves,
                             [&](const auto& entry) { return is_on_its_way(entry.second, like); });
}

void pump(IkeSa& sa, Context& context) {
  if (sa.collides_over && context.host.find(*sa.collides_over) != nullptr) return;
  sa.collides_over.reset();
  for (std::size_t i = 0; i < sa.jobs.size();) {
    if (!sa.is_established() || !sa.exchanges.has_room() || is_ending(sa)) return;
    if (!may_start(sa, sa.jobs[i], context.env.now)) {
      ++i;
      continue;
    }
    const auto job = std::move(sa.jobs[i]);
    sa.jobs.erase(sa.jobs.begin() + static_cast<std::ptrdiff_t>(i));
    start(sa, job, context);
  }
}

// --- time ----------------------------------------------------------------------------------------

namespace {

auto take_if_due(std::optional<core::Time>& deadline, core::Time now) -> bool {
  if (!deadline || now < *deadline) return false;
  deadline.reset();
  return true;
}

void add_once(IkeSa& sa, Job job) {
  if (!has_job(sa, job)) sa.jobs.push_back(std::move(job));
}

/// Its time is over: it sends no more (RFC 7296, 2.8), even if the peer cannot be told just now.
void expire(IkeSa& sa, Child& child, Context& context) {
  const bool was_replaced = child.state == ChildState::replaced;
  if (!was_replaced) tell_child(sa, child, "child_expired", context);
  activate_successors(sa, child.id, context);
  if (child.is_active) {
    child.is_active = false;
    context.out.emplace_back(Deactivate{.child = child.id});
  }
  add_once(
      sa, DeleteChild{.child = child.id, .cause = was_replaced ? Cause::replaced : Cause::expired});
}

void tick_children(IkeSa& sa, Context& context) {
  const auto now = context.env.now;
  for (auto& child : sa.children) {
    if (take_if_due(child.rekey_at, now)) add_once(sa, RekeyChild{child.id});
    if (take_if_due(child.end_at, now)) expire(sa, child, context);
    if (take_if_due(child.activate_at, now)) activate(child, context);
  }
  remove_gone(sa, context);
}

/// The first child, once, so that settings that would fail at its first rekeying fail now.
void check_pfs(IkeSa& sa) {
  for (const auto& child : sa.children) {
    if (child.state == ChildState::installed) return add_once(sa, RekeyChild{child.id});
  }
}

/// Not while it may not ask anything: a request that waits for its answer will tell as well.
auto liveness_at(const IkeSa& sa) -> std::optional<core::Time> {
  const auto& delay = sa.connection->dpd_delay;
  const bool can_ask = sa.exchanges.is_idle() && !sa.collides_over;
  return delay && can_ask ? std::optional(sa.last_heard + *delay) : std::nullopt;
}

/// Nothing was heard for `dpd_delay`: ask (RFC 7296, 2.4).
void check_liveness(IkeSa& sa, core::Time now) {
  const auto at = liveness_at(sa);
  if (at && now >= *at) add_once(sa, Probe{});
}

void end_with_proof(IkeSa& sa, Context& context) {
  tell(sa, Level::warning, "proof_expired",
       {{"meaning", "a certificate of one of the ends has expired, or the peer's CRL is due"},
        {"hint", "renew what is old; the IKE SA ends"}},
       context);
  add_once(sa, DeleteIke{});
}

}  // namespace

void tick(IkeSa& sa, Context& context) {
  const auto now = context.env.now;
  tick_children(sa, context);
  sa.reassembly.forget_until({now.since_origin - sa.exchanges.patience()});
  if (sa.not_before && now >= *sa.not_before) sa.not_before.reset();
  if (sa.standing == Standing::current) {
    if (take_if_due(sa.pfs_check_at, now)) check_pfs(sa);
    if (take_if_due(sa.rekey_at, now) || sa.exchanges.is_worn()) add_once(sa, RekeyIke{});
    check_liveness(sa, now);
  }
  if (take_if_due(sa.end_at, now)) add_once(sa, DeleteIke{});
  if (take_if_due(sa.proof_ends_at, now)) end_with_proof(sa, context);
  if (sa.keep_alive_at && now >= *sa.keep_alive_at) {
    context.out.emplace_back(SendKeepAlive{.path = sa.path});
    sa.keep_alive_at = now + context.options.keep_alive;
  }
}

auto next_deadline(const IkeSa& sa) -> std::optional<core::Time> {
  std::optional<core::Time> next = sa.exchanges.next_deadline();
  const auto consider = [&next](const std::optional<core::Time>& time) {
    if (time && (!next || *time < *next)) next = time;
  };
  for (const auto& child : sa.children) {
    consider(child.rekey_at);
    consider(child.end_at);
    consider(child.remove_at);
    consider(child.activate_at);
  }
  if (!sa.is_established()) return next;
  if (const auto begun = sa.reassembly.oldest()) consider(*begun + sa.exchanges.patience());
  consider(sa.not_before);
  consider(sa.end_at);
  consider(sa.proof_ends_at);
  consider(sa.keep_alive_at);
  if (sa.standing != Standing::current) return next;
  consider(sa.pfs_check_at);
  consider(sa.rekey_at);
  consider(sa.reauth_at);
  consider(liveness_at(sa));
  return next;
}

}  // namespace esplanade::ike::session
