#include "ike/session/rekey_ike.h"

#include "core/endian.h"
#include "core/writer.h"
#include "ike/session/establish.h"
#include "ike/session/nonce.h"
#include "ike/session/troubles.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using negotiate::KeyExchangeRule;

auto spi_octets(IkeSpi spi) -> core::Bytes {
  core::Bytes octets(8);
  core::Writer{octets}.u64(std::to_underlying(spi));
  return octets;
}

auto spi_of(core::View octets) -> std::optional<IkeSpi> {
  if (octets.size() != 8) return std::nullopt;
  const auto spi = IkeSpi{core::load_be<std::uint64_t>(octets, 0)};
  return spi != IkeSpi{} ? std::optional(spi) : std::nullopt;
}

auto begin(const IkeSa& sa, iana::KeyExchangeId group, Context& context)
    -> core::Result<RekeyingIke> {
  RekeyingIke move;
  move.ke = TRY(context.env.crypto.make_key_exchange(group, context.env.random));
  move.spi = context.host.fresh_spi(context.env.random);
  move.ni = fresh_nonce(context.env.random);
  move.proposals =
      negotiate::offer(sa.connection->proposals, KeyExchangeRule::as_offered, spi_octets(move.spi));
  return move;
}

void ask(IkeSa& sa, RekeyingIke move, Context& context) {
  const auto payloads = wire::Payloads{wire::SaPayload{move.proposals}, wire::NoncePayload{move.ni},
                                       ke_payload(*move.ke)};
  const auto id = request(sa, ExchangeType::create_child_sa, payloads, context);
  sa.moves.emplace(id, std::move(move));
}

/// What a successor has in common with the IKE SA it follows; its numbers begin at 0
/// (RFC 7296, 2.18).
auto make_successor(const IkeSa& old, const IkeSpis& spis, Context& context)
    -> std::unique_ptr<IkeSa> {
  auto fresh =
      std::make_unique<IkeSa>(context.host.fresh_session_id(), retransmit_policy(context.options));
  fresh->spis = spis;
  fresh->path = old.path;
  fresh->connection = old.connection;
  fresh->has_fragmentation = old.has_fragmentation;
  fresh->nat = old.nat;
  fresh->our_id = old.our_id;
  fresh->their_id = old.their_id;
  fresh->reauth_at = old.reauth_at;
  fresh->proof_ends_at = old.proof_ends_at;
  fresh->last_heard = context.env.now;
  fresh->state = Established{};
  fresh->exchanges.widen_ours(context.options.window);
  return fresh;
}

struct NewKeys {
  sa::Proposal chosen;
  keys::Nonces nonces;
  core::View shared;
};

auto key(IkeSa& fresh, const IkeSa& old, const NewKeys& input, Context& context)
    -> core::Result<void> {
  fresh.suite = TRY(keys::ike_suite_of(input.chosen));
  fresh.keys = TRY(keys::derive_rekeyed_ike_keys(
      context.env.crypto, fresh.suite,
      {.old = {.prf = old.suite.prf, .sk_d = old.keys.sk_d.reveal()}, .shared = input.shared},
      input.nonces, fresh.spis));
  return {};
}

void announce(IkeSa& fresh, Context& context) {
  set_deadlines(fresh, context);
  log_keys(fresh, context);
  tell(fresh, Level::info, "ike_rekeyed",
       {{"spis", to_text(fresh.spis)}, {"ike", to_text(fresh.suite)}}, context);
}

auto own_rekeying(IkeSa& sa) -> RekeyingIke* {
  for (auto& [id, move] : sa.moves) {
    if (auto* rekeying = std::get_if<RekeyingIke>(&move)) return rekeying;
  }
  return nullptr;
}

}  // namespace

namespace {

/// How long an IKE SA that was replaced waits for the peer to delete it, before we do: longer than
/// all retransmissions of a peer's Delete take.
constexpr core::Duration retired_for = std::chrono::seconds(240);

void retire(IkeSa& sa, Context& context) {
  sa.collides_over.reset();
  sa.standing = Standing::replaced;
  sa.rekey_at.reset();
  sa.reauth_at.reset();
  const auto until = context.env.now + retired_for;
  sa.end_at = sa.end_at ? std::min(*sa.end_at, until) : until;
}

/// A reauthentication that is going on is one of the successor.
void hand_over_reauthentication(IkeSa& from, IkeSa& to, Context& context) {
  to.heir = std::exchange(from.heir, std::nullopt);
  if (auto* heir = to.heir ? context.host.find(*to.heir) : nullptr) {
    heir->purpose.reauthenticates = to.id;
  }
  to.purpose = std::exchange(from.purpose, {});
  const auto target = to.purpose.reauthenticates;
  if (auto* old = target ? context.host.find(*target) : nullptr) old->heir = to.id;
}

}  // namespace

void hand_over(IkeSa& from, IkeSa& to, Context& context) {
  to.collides_over.reset();
  if (std::exchange(from.has_successor, true)) return;
  if (from.standing != Standing::current) {
    // It was to go for another reason while it was being rekeyed: so is what it has become.
    to.standing = from.standing;
    to.end_at = from.end_at;
  }
  std::ranges::move(from.children, std::back_inserter(to.children));
  from.children.clear();
  for (auto& job : from.jobs) {
    // It has just been done.
    if (!std::holds_alternative<RekeyIke>(job)) to.jobs.push_back(std::move(job));
  }
  from.jobs.clear();
  to.not_before = std::exchange(from.not_before, std::nullopt);
  to.reauth_at = from.reauth_at;
  to.proof_ends_at = from.proof_ends_at;
  to.takes_no_more = from.takes_no_more;
  to.has_old_connection = from.has_old_connection;
  to.pfs_check_at = std::exchange(from.pfs_check_at, std::nullopt);
  hand_over_reauthentication(from, to, context);
  retire(from, context);
}

void take_for_decided(IkeSa& successor, Context& context) {
  if (!successor.collides_over) return;
  if (auto* old = context.host.find(*successor.collides_over)) hand_over(*old, successor, context);
  successor.collides_over.reset();
}

// --- asking --------------------------------------------------------------------------------------

auto is_ike_rekey(const wire::Payloads& payloads) -> bool {
  const auto* sa = wire::find<wire::SaPayload>(payloads);
  return sa != nullptr && !sa->proposals.empty() &&
         sa->proposals.front().protocol == iana::SecurityProtocol::ike;
}

void ask_rekey_ike(IkeSa& sa, Context& context) {
  auto move = begin(sa, sa.suite.method, context);
  if (!move) return tell_failure(sa, "ike_rekey_failed", cannot(move.error()), context);
  ask(sa, *std::move(move), context);
}

// --- answering -----------------------------------------------------------------------------------

namespace {

struct Answered {
  std::unique_ptr<IkeSa> fresh;
  wire::Payloads payloads;
  NoncePair nonces;
};

auto make_answer(IkeSa& sa, const Received& asked, const sa::Proposal& chosen, Context& context)
    -> std::expected<Answered, wire::NotifyPayload> {
  const auto suite = keys::ike_suite_of(chosen);
  const auto& offered = wire::find<wire::SaPayload>(asked.payloads)->proposals;
  const auto their_spi = spi_of(offered_spi(offered, chosen.number));
  const auto* theirs = wire::find<wire::KePayload>(asked.payloads);
  // A new IKE SA has a key exchange of its own, always (RFC 7296, 1.3.2 and 2.18).
  if (!suite || !their_spi || suite->method == iana::KeyExchangeId::none) {
    return std::unexpected(notify(NotifyType::no_proposal_chosen));
  }
  if (theirs == nullptr || theirs->method != suite->method) {
    return std::unexpected(invalid_ke(suite->method));
  }
  auto ke = context.env.crypto.make_key_exchange(suite->method, context.env.random);
  if (!ke) return std::unexpected(notify(NotifyType::no_proposal_chosen));
  const auto shared = (*ke)->derive(theirs->data);
  if (!shared) return std::unexpected(notify(NotifyType::invalid_syntax));

  Answered answered;
  const auto our_spi = context.host.fresh_spi(context.env.random);
  answered.nonces = {.ni = wire::find<wire::NoncePayload>(asked.payloads)->data,
                     .nr = fresh_nonce(context.env.random)};
  answered.fresh = make_successor(sa, {.i = *their_spi, .r = our_spi}, context);
  const auto keyed = key(*answered.fresh, sa,
                         {.chosen = chosen,
                          .nonces = {.ni = answered.nonces.ni, .nr = answered.nonces.nr},
                          .shared = shared->reveal()},
                         context);
  if (!keyed) return std::unexpected(notify(NotifyType::no_proposal_chosen));
  auto proposal = chosen;
  proposal.spi = spi_octets(our_spi);
  answered.payloads = {wire::SaPayload{{std::move(proposal)}},
                       wire::NoncePayload{answered.nonces.nr}, ke_payload(**ke)};
  return answered;
}

}  // namespace

auto answer_rekey_ike(IkeSa& sa, const Received& asked, Context& context) -> wire::Payloads {
  if (sa.standing != Standing::current || is_changing_children(sa)) {
    return {notify(NotifyType::temporary_failure)};
  }
  const auto* theirs = wire::find<wire::KePayload>(asked.payloads);
  const auto prefer = theirs != nullptr ? std::optional(theirs->method) : std::nullopt;
  const auto chosen =
      negotiate::select(wire::find<wire::SaPayload>(asked.payloads)->proposals,
                        sa.connection->proposals, KeyExchangeRule::as_offered, prefer);
  if (!chosen) {
    tell_failure(sa, "ike_rekey_refused",
                 {.why = chosen.error().to_sentence(),
                  .hint = "make proposals fit",
                  .line = sa.connection->proposals_line},
                 context);
    return {notify(NotifyType::no_proposal_chosen)};
  }
  auto answered = make_answer(sa, asked, *chosen, context);
  if (!answered) return {std::move(answered).error()};
  auto& fresh = context.host.adopt(std::move(answered->fresh));
  announce(fresh, context);
  if (auto* own = own_rekeying(sa)) {
    own->rival = RivalIke{.session = fresh.id, .nonces = std::move(answered->nonces)};
    fresh.collides_over = sa.id;
  } else {
    hand_over(sa, fresh, context);
  }
  return std::move(answered->payloads);
}

// --- finishing -----------------------------------------------------------------------------------

namespace {

void refused(IkeSa& sa, RekeyingIke& move, const wire::NotifyPayload& error, Context& context) {
  if (error.type == NotifyType::invalid_ke_payload && move.group_tries < most_group_tries) {
    const auto wanted = wanted_group(error, sa.connection->proposals);
    auto again = wanted ? begin(sa, *wanted, context)
                        : core::Result<RekeyingIke>(core::failure(core::Code::bad_value));
    if (again) {
      again->group_tries = move.group_tries + 1;
      again->rival = std::move(move.rival);
      return ask(sa, *std::move(again), context);
    }
  }
  // The peer had done it already when ours came (RFC 7296, 2.8.2).
  if (move.rival) {
    if (auto* theirs = context.host.find(move.rival->session)) hand_over(sa, *theirs, context);
    return;
  }
  sa.rekey_at = retry_time(context);
  if (error.type == NotifyType::no_additional_sas) return reauthenticate_instead(sa, context);
  if (error.type == NotifyType::temporary_failure) return postpone(sa, context);
  tell_failure(sa, "ike_rekey_failed", refusal_reason(error, *sa.connection), context);
}

/// Two successors: the one of the lowest nonce is deleted by who made it; the other inherits
/// (RFC 7296, 2.8.2).
void settle(IkeSa& sa, IkeSa& ours, const RekeyingIke& move, const NoncePair& nonces,
            Context& context) {
  auto* theirs = move.rival ? context.host.find(move.rival->session) : nullptr;
  if (move.rival && is_redundant(nonces, move.rival->nonces)) {
    retire(ours, context);
    ours.jobs.emplace_front(DeleteIke{});
    if (theirs != nullptr) return hand_over(sa, *theirs, context);
    // The survivor has been closed already, and the children with it.
    return close(sa, Ending::by_peer, context);
  }
  hand_over(sa, ours, context);
  sa.jobs.emplace_front(DeleteIke{});
  if (theirs != nullptr) retire(*theirs, context);
}

auto make_own(IkeSa& sa, const RekeyingIke& move, const Received& answer, Context& context)
    -> core::Result<std::unique_ptr<IkeSa>> {
  const auto* payload = wire::find<wire::SaPayload>(answer.payloads);
  const auto* nr = wire::find<wire::NoncePayload>(answer.payloads);
  if (payload == nullptr || nr == nullptr || payload->proposals.size() != 1 ||
      !negotiate::is_among(payload->proposals.front(), move.proposals,
                           KeyExchangeRule::as_offered)) {
    return core::failure(core::Code::bad_value);
  }
  const auto& chosen = payload->proposals.front();
  const auto suite = TRY(keys::ike_suite_of(chosen));
  const auto their_spi = spi_of(chosen.spi);
  if (!their_spi) return core::failure(core::Code::bad_value);
  const auto shared = TRY(finish_key_exchange(move.ke.get(), suite.method, answer.payloads));
  auto fresh = make_successor(sa, {.i = move.spi, .r = *their_spi}, context);
  fresh->is_original_initiator = true;
  const auto keyed =
      key(*fresh, sa,
          {.chosen = chosen, .nonces = {.ni = move.ni, .nr = nr->data}, .shared = shared.reveal()},
          context);
  if (!keyed) return std::unexpected(keyed.error());
  return fresh;
}

}  // namespace

void finish_rekey_ike(IkeSa& sa, RekeyingIke move, const Received& answer, Context& context) {
  if (const auto* error = wire::find_error(answer.payloads)) {
    return refused(sa, move, *error, context);
  }
  auto made = make_own(sa, move, answer, context);
  if (!made) {
    sa.rekey_at = retry_time(context);
    return tell_failure(
        sa, "ike_rekey_failed",
        {.why = "the peer's answer does not fit what we offered", .hint = {}, .line = {}}, context);
  }
  auto& fresh = context.host.adopt(*std::move(made));
  announce(fresh, context);
  const auto& nr = wire::find<wire::NoncePayload>(answer.payloads)->data;
  settle(sa, fresh, move, {.ni = move.ni, .nr = nr}, context);
}

}  // namespace esplanade::ike::session
