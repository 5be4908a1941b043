#include "ike/session/child/create_child.h"

#include "core/endian.h"
#include "ike/session/nonce.h"
#include "ike/session/troubles.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using negotiate::KeyExchangeRule;

/// Children of one IKE SA: far more than any configuration has.
constexpr std::size_t most_children = 512;

/// The group a proposal set begins with, if it wants PFS.
auto first_group(const std::vector<sa::Proposal>& proposals) -> std::optional<iana::KeyExchangeId> {
  const auto methods = negotiate::key_exchange_methods(proposals);
  return methods.empty() ? std::nullopt : std::optional(methods.front());
}

auto rekey_sa_notify(const Child& child) -> wire::NotifyPayload {
  core::Bytes spi(4);
  core::store_be(std::to_underlying(child.inbound), core::MutableView(spi), 0);
  return {.protocol = keys::iana_protocol(child.suite.protocol),
          .spi = std::move(spi),
          .type = NotifyType::rekey_sa,
          .data = {}};
}

void ask(IkeSa& sa, CreatingChild move, Context& context) {
  wire::Payloads payloads;
  if (move.replaces) payloads.emplace_back(rekey_sa_notify(*sa.find_child(*move.replaces)));
  wire::Payloads between = {wire::NoncePayload{move.ni}};
  if (move.ke) between.emplace_back(ke_payload(*move.ke));
  append_offer(move.offer, std::move(between), payloads);
  const auto id = request(sa, ExchangeType::create_child_sa, payloads, context);
  sa.moves.emplace(id, std::move(move));
}

auto begin(const IkeSa& sa, const policy::ChildPolicy& policy, const CreateChild& wish,
           std::optional<iana::KeyExchangeId> group, Context& context)
    -> core::Result<CreatingChild> {
  CreatingChild move;
  if (group) move.ke = TRY(context.env.crypto.make_key_exchange(*group, context.env.random));
  move.ni = fresh_nonce(context.env.random);
  move.packet = wish.packet;
  move.scope = wish.scope;
  move.offer =
      make_offer(sa, policy, {wish.packet, wish.populated}, KeyExchangeRule::as_offered, context);
  if (wish.packet && wish.scope == Scope::packet) {
    move.offer.selectors = {.ts_i = {wish.packet->ours}, .ts_r = {wish.packet->theirs}};
  }
  return move;
}

}  // namespace

void ask_create(IkeSa& sa, const CreateChild& job, Context& context) {
  const auto* policy = sa.connection->find_child(job.child);
  if (policy == nullptr) return;
  if (job.if_missing && is_carried(sa, policy->policy, job.populated)) return;
  auto move = begin(sa, *policy, job, first_group(policy->proposals), context);
  if (move) return ask(sa, *std::move(move), context);
  tell_failure(sa, "child_failed", cannot(move.error()), context);
  if (job.packet) context.out.emplace_back(DropHeld{job.packet->policy});
  context.host.child_failed(sa, job.child);
}

void ask_rekey(IkeSa& sa, const RekeyChild& job, Context& context) {
  auto* child = sa.find_child(job.child);
  if (child == nullptr || child->state != ChildState::installed) return;
  const auto* policy = sa.connection->find_child(child->name);
  if (policy == nullptr) return;
  // Never narrower than what is in use, and no packet in front (RFC 7296, 2.9.2): the policy's
  // selectors are what the child was narrowed from.
  auto move =
      begin(sa, *policy, {.child = child->name, .packet = {}, .populated = child->populated},
            first_group(policy->proposals), context);
  if (!move) {
    child->rekey_at = retry_time(context);
    return tell_failure(sa, "child_rekey_failed", cannot(move.error()), context);
  }
  child->state = ChildState::rekeying;
  move->replaces = child->id;
  move->offer.is_transport = child->mode == sa::Mode::transport;
  if (policy->populate.any()) move->offer.selectors = {.ts_i = child->ours, .ts_r = child->theirs};
  ask(sa, *std::move(move), context);
}

auto rekey_notify(const wire::Payloads& payloads) -> const wire::NotifyPayload* {
  return wire::find_notify(payloads, NotifyType::rekey_sa);
}

// --- answering -----------------------------------------------------------------------------------

namespace {

struct Asked {
  const wire::Payloads& payloads;
  Child* replaces = nullptr;
};

/// Our own request to rekey the same child, if one is out.
auto own_rekeying_of(IkeSa& sa, ChildId child) -> CreatingChild* {
  for (auto& [id, move] : sa.moves) {
    auto* creating = std::get_if<CreatingChild>(&move);
    if (creating != nullptr && creating->replaces == child) return creating;
  }
  return nullptr;
}

/// Which child is meant, and whether it can be replaced now (RFC 7296, 2.25.1).
auto find_replaced(IkeSa& sa, const wire::NotifyPayload& rekey)
    -> std::expected<Child*, wire::NotifyPayload> {
  auto* child =
      rekey.spi.size() == 4
          ? sa.find_outbound(rekey.protocol, core::Spi{core::load_be<std::uint32_t>(rekey.spi, 0)})
          : nullptr;
  // It may be what we have asked for and not heard of yet.
  if (child == nullptr && is_making_child(sa)) {
    return std::unexpected(notify(NotifyType::temporary_failure));
  }
  if (child == nullptr) {
    auto missing = notify(NotifyType::child_sa_not_found);
    missing.protocol = rekey.protocol;
    missing.spi = rekey.spi;
    return std::unexpected(std::move(missing));
  }
  if (child->state == ChildState::deleting || child->state == ChildState::replaced) {
    return std::unexpected(notify(NotifyType::temporary_failure));
  }
  return child;
}

/// The answer's half of a key exchange: none without PFS, INVALID_KE_PAYLOAD if the peer guessed
/// another group (RFC 7296, 1.3).
struct OwnHalf {
  std::unique_ptr<crypto::KeyExchange> ke;
  crypto::SharedSecret shared;
};

auto answer_key_exchange(const Agreement& agreement, const wire::Payloads& asked, Context& context)
    -> std::expected<OwnHalf, wire::NotifyPayload> {
  OwnHalf half;
  const auto method = agreement.suite.method;
  if (method == iana::KeyExchangeId::none) return half;
  const auto* theirs = wire::find<wire::KePayload>(asked);
  if (theirs == nullptr || theirs->method != method) {
    return std::unexpected(invalid_ke(method));
  }
  auto ke = context.env.crypto.make_key_exchange(method, context.env.random);
  if (!ke) return std::unexpected(notify(NotifyType::no_proposal_chosen));
  auto shared = (*ke)->derive(theirs->data);
  if (!shared) return std::unexpected(notify(NotifyType::invalid_syntax));
  half.ke = *std::move(ke);
  half.shared = *std::move(shared);
  return half;
}

/// Both ends rekey the same child: what we have just made competes with what we have asked for.
void note_rival(IkeSa& sa, ChildId replaced, const RivalChild& rival, Context& context) {
  if (auto* own = own_rekeying_of(sa, replaced)) {
    own->rival = rival;
  } else {
    retire(sa, replaced, context);
  }
}

auto answer_with_child(IkeSa& sa, const Asked& asked, const Agreement& agreement, Context& context)
    -> wire::Payloads {
  auto half = answer_key_exchange(agreement, asked.payloads, context);
  if (!half) {
    context.env.spis.release(agreement.inbound);
    return {std::move(half).error()};
  }
  const auto& ni = wire::find<wire::NoncePayload>(asked.payloads)->data;
  const auto nr = fresh_nonce(context.env.random);
  const bool is_rekeyed = asked.replaces != nullptr;
  const auto replaced = is_rekeyed ? asked.replaces->id : ChildId{};
  const auto takeover = takeover_beside(sa, agreement, context);
  const auto child = install(sa, agreement,
                             {.nonces = {.ni = ni, .nr = nr},
                              .shared = half->shared.reveal(),
                              .is_initiator = false,
                              .replaces = is_rekeyed ? std::optional(replaced) : std::nullopt},
                             takeover, context);
  if (!child) {
    context.env.spis.release(agreement.inbound);
    return {notify(NotifyType::no_proposal_chosen)};
  }
  if (is_rekeyed) {
    note_rival(sa, replaced, {.child = *child, .nonces = {.ni = ni, .nr = nr}}, context);
  }
  context.host.child_established(sa, agreement.policy->name);
  tell_child(sa, *sa.find_child(*child), is_rekeyed ? "child_rekeyed" : "child_established",
             context);

  wire::Payloads answer;
  wire::Payloads between = {wire::NoncePayload{nr}};
  if (half->ke) between.emplace_back(ke_payload(*half->ke));
  append_answer(agreement, std::move(between), answer);
  return answer;
}

}  // namespace

auto answer_create_child(IkeSa& sa, const Received& asked, Context& context) -> wire::Payloads {
  if (sa.standing != Standing::current || is_rekeying(sa)) {
    return {notify(NotifyType::temporary_failure)};
  }
  if (wire::find_ts(asked.payloads, true) == nullptr) {
    return {notify(NotifyType::invalid_syntax)};
  }
  // An authenticated peer cannot make us keep any number of them either (RFC 7296, 1.3).
  if (sa.children.size() >= most_children) return {notify(NotifyType::no_additional_sas)};
  Asked request{.payloads = asked.payloads, .replaces = nullptr};
  if (const auto* rekey = rekey_notify(asked.payloads)) {
    auto found = find_replaced(sa, *rekey);
    if (!found) return {std::move(found).error()};
    request.replaces = *found;
  }
  auto agreement =
      answer_offer(sa, asked.payloads, KeyExchangeRule::as_offered, request.replaces, context);
  if (!agreement) {
    tell_failure(sa, "child_refused", agreement.error().reason, context);
    return {notify(agreement.error().type, agreement.error().data)};
  }
  return answer_with_child(sa, request, *agreement, context);
}

// --- finishing -----------------------------------------------------------------------------------

namespace {

/// The child goes on as if it had never been asked for.
void revert(IkeSa& sa, const CreatingChild& move, Context& context) {
  withdraw(move.offer, context);
  if (!move.replaces) return;
  // The peer's own rekeying has carried it through; ours was late (RFC 7296, 2.8.1).
  if (move.rival) return retire(sa, *move.replaces, context);
  auto* child = sa.find_child(*move.replaces);
  if (child == nullptr || child->state != ChildState::rekeying) return;
  child->state = ChildState::installed;
  child->rekey_at = retry_time(context);
}

void give_up(IkeSa& sa, const CreatingChild& move, const Reason& reason, Context& context) {
  revert(sa, move, context);
  tell_failure(sa, move.replaces ? "child_rekey_failed" : "child_failed", reason, context);
  if (move.replaces) return;
  if (move.packet) context.out.emplace_back(DropHeld{move.packet->policy});
  context.host.child_failed(sa, move.offer.policy->name);
}

/// To ask for the same again.
auto wish_of(const CreatingChild& move) -> CreateChild {
  return {.child = move.offer.policy->name,
          .packet = move.packet,
          .scope = move.scope,
          .populated = move.offer.populated};
}

/// INVALID_KE_PAYLOAD: once more with the group the peer wants, if we allow it.
auto try_other_group(IkeSa& sa, CreatingChild& move, const wire::NotifyPayload& error,
                     Context& context) -> bool {
  const auto& policy = *move.offer.policy;
  const auto wanted = wanted_group(error, policy.proposals);
  if (!wanted || move.group_tries >= most_group_tries) return false;
  auto again = begin(sa, policy, wish_of(move), wanted, context);
  if (!again) return false;
  withdraw(move.offer, context);
  again->replaces = move.replaces;
  again->rival = std::move(move.rival);
  again->group_tries = move.group_tries + 1;
  again->offer.is_transport = move.offer.is_transport;
  again->offer.selectors = move.offer.selectors;
  ask(sa, *std::move(again), context);
  return true;
}

/// The peer has lost the child that was to be rekeyed: another is made from scratch (RFC 7296,
/// 2.25; IKE2-2.25-03). Had it deleted the child on purpose, we would know by now.
void start_anew(IkeSa& sa, const CreatingChild& move, Context& context) {
  withdraw(move.offer, context);
  const auto* child = sa.find_child(*move.replaces);
  if (child == nullptr || child->state != ChildState::rekeying) return;
  bury(sa, *move.replaces, context);
  auto wish = wish_of(move);
  wish.packet.reset();
  sa.jobs.emplace_back(std::move(wish));
}

void refused(IkeSa& sa, CreatingChild& move, const wire::NotifyPayload& error, Context& context) {
  if (error.type == NotifyType::invalid_ke_payload && try_other_group(sa, move, error, context)) {
    return;
  }
  if (move.rival) return revert(sa, move, context);
  if (error.type == NotifyType::temporary_failure) {
    revert(sa, move, context);
    if (!move.replaces) sa.jobs.emplace_back(wish_of(move));
    return postpone(sa, context);
  }
  if (error.type == NotifyType::child_sa_not_found && move.replaces) {
    return start_anew(sa, move, context);
  }
  if (asks_for_one_pair(error) && move.packet && move.scope == Scope::policy) {
    withdraw(move.offer, context);
    auto wish = wish_of(move);
    wish.scope = Scope::packet;
    sa.jobs.emplace_front(std::move(wish));
    return;
  }
  give_up(sa, move, refusal_reason(error, *move.offer.policy, move.offer), context);
  if (error.type != NotifyType::no_additional_sas) return;
  sa.takes_no_more = true;
  if (move.replaces) reauthenticate_instead(sa, context);
}

/// The new child stands. Which of the old ones goes, and who says so (RFC 7296, 2.8.1)?
void settle(IkeSa& sa, const CreatingChild& move, ChildId made, const NoncePair& nonces,
            Context& context) {
  auto* fresh = sa.find_child(made);
  context.host.child_established(sa, fresh->name);
  if (!move.replaces) return tell_child(sa, *fresh, "child_established", context);
  tell_child(sa, *fresh, "child_rekeyed", context);
  if (move.rival && is_redundant(nonces, move.rival->nonces)) {
    retire(sa, made, context);
    // Theirs takes over when they are seen to have it: our answer may be on its way yet.
    retire(sa, *move.replaces, context);
    sa.jobs.emplace_front(DeleteChild{.child = made, .cause = Cause::replaced});
    return;
  }
  activate(*fresh, context);
  if (move.rival) retire(sa, move.rival->child, context);
  retire(sa, *move.replaces, context);
  sa.jobs.emplace_front(DeleteChild{.child = *move.replaces, .cause = Cause::replaced});
}

/// The peer has changed its mind before its answer was here: there is nothing to install, and what
/// it was to replace goes as well.
auto was_deleted_early(IkeSa& sa, const CreatingChild& move, const Agreement& agreement,
                       Context& context) -> bool {
  if (std::erase(sa.deleted_early, agreement.outbound) == 0) return false;
  withdraw(move.offer, context);
  if (move.replaces) {
    sa.jobs.emplace_front(DeleteChild{.child = *move.replaces, .cause = Cause::expired});
  } else {
    if (move.packet) context.out.emplace_back(DropHeld{move.packet->policy});
    context.host.child_failed(sa, move.offer.policy->name);
  }
  return true;
}

}  // namespace

void finish_create_child(IkeSa& sa, CreatingChild move, const Received& answer, Context& context) {
  if (const auto* error = wire::find_error(answer.payloads)) {
    return refused(sa, move, *error, context);
  }
  auto agreement = accept_answer(sa, move.offer, answer.payloads, KeyExchangeRule::as_offered);
  if (!agreement) {
    // The peer has made it all the same: the SPI is known, and so it is told (IKE2-2.9-09).
    delete_unwanted(sa, move.offer, context);
    return give_up(sa, move, agreement.error().reason, context);
  }
  if (was_deleted_early(sa, move, *agreement, context)) return;
  const auto shared = finish_key_exchange(move.ke.get(), agreement->suite.method, answer.payloads);
  const auto* nr = wire::find<wire::NoncePayload>(answer.payloads);
  if (!shared || nr == nullptr) {
    delete_unwanted(sa, move.offer, context);
    return give_up(
        sa, move, {.why = "the peer's key exchange is not valid", .hint = {}, .line = {}}, context);
  }
  const auto takeover = move.replaces ? Takeover::when_peer_is_ready : Takeover::now;
  const auto child = install(sa, *agreement,
                             {.nonces = {.ni = move.ni, .nr = nr->data},
                              .shared = shared->reveal(),
                              .is_initiator = true,
                              .replaces = move.replaces},
                             takeover, context);
  if (!child) return give_up(sa, move, cannot(child.error()), context);
  settle(sa, move, *child, {.ni = move.ni, .nr = nr->data}, context);
}

}  // namespace esplanade::ike::session
