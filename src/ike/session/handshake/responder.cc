#include "ike/session/handshake/responder.h"

#include "ike/session/establish.h"
#include "ike/session/established.h"
#include "ike/session/handshake/authenticate.h"
#include "ike/session/handshake/nat.h"
#include "ike/session/handshake/sa_init.h"
#include "ike/session/nonce.h"
#include "ike/session/troubles.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using negotiate::KeyExchangeRule;

struct Choice {
  sa::Proposal chosen;
  std::vector<policy::ConnectionPtr> candidates;  ///< that allow what was chosen
};

/// A connection we cannot tell yet answers; its line is the first candidate's.
void tell_no_proposal(const std::vector<policy::ConnectionPtr>& candidates,
                      const negotiate::ProposalMismatch& mismatch, const net::Path& path,
                      Context& context) {
  const auto& connection = *candidates.front();
  Notice notice{
      .level = Level::warning, .event = "negotiation_failed", .fields = {}, .is_strangers = true};
  notice.fields = {{"connection", connection.name},
                   {"ours", path.ours.to_string()},
                   {"theirs", path.theirs.to_string()},
                   {"why", mismatch.to_sentence()},
                   {"hint", "make proposals fit on either side"},
                   {"line", connection.proposals_line.to_string()}};
  context.out.emplace_back(Note{std::move(notice)});
}

void tell_no_connection(const net::Path& path, Context& context) {
  Notice notice{
      .level = Level::warning, .event = "negotiation_failed", .fields = {}, .is_strangers = true};
  notice.fields = {
      {"ours", path.ours.to_string()},
      {"theirs", path.theirs.to_string()},
      {"why", fmt::format("no connection has local_addrs with {} and remote_addrs "
                          "with {}",
                          path.ours.address.to_string(), path.theirs.address.to_string())},
      {"hint", "add the addresses to a connection, or leave them out for any"}};
  context.out.emplace_back(Note{std::move(notice)});
}

auto choose(const Datagram& datagram, const wire::Message& asked, Context& context)
    -> std::optional<Choice> {
  auto candidates = context.host.candidates(datagram.path);
  if (candidates.empty()) {
    tell_no_connection(datagram.path, context);
    return std::nullopt;
  }
  const auto& offered = wire::find<wire::SaPayload>(asked.payloads)->proposals;
  const auto prefer = wire::find<wire::KePayload>(asked.payloads)->method;
  const auto select = [&](const policy::ConnectionPtr& connection) {
    return negotiate::select(offered, connection->proposals, KeyExchangeRule::as_offered, prefer);
  };
  std::optional<Choice> choice;
  for (const auto& connection : candidates) {
    auto chosen = select(connection);
    if (!chosen) continue;
    if (!choice) choice = Choice{.chosen = *std::move(chosen), .candidates = {}};
    const bool allows =
        negotiate::select({choice->chosen}, connection->proposals, KeyExchangeRule::as_offered)
            .has_value();
    if (allows) choice->candidates.push_back(connection);
  }
  if (!choice)
    tell_no_proposal(candidates, select(candidates.front()).error(), datagram.path, context);
  return choice;
}

auto make_half_open(const Datagram& datagram, const wire::Message& asked, Choice choice,
                    Context& context)
    -> core::Result<std::pair<std::unique_ptr<IkeSa>, wire::Payloads>> {
  auto sa =
      std::make_unique<IkeSa>(context.host.fresh_session_id(), retransmit_policy(context.options));
  sa->path = datagram.path;
  sa->created = context.env.now;
  sa->last_heard = context.env.now;
  sa->suite = TRY(keys::ike_suite_of(choice.chosen));
  sa->spis = {.i = asked.header.spis.i, .r = context.host.fresh_spi(context.env.random)};
  auto ke = TRY(context.env.crypto.make_key_exchange(sa->suite.method, context.env.random));
  const auto shared = TRY(ke->derive(wire::find<wire::KePayload>(asked.payloads)->data));

  AwaitAuthRequest state;
  state.prelude.request = {datagram.message.begin(), datagram.message.end()};
  state.prelude.ni = wire::find<wire::NoncePayload>(asked.payloads)->data;
  state.prelude.nr = fresh_nonce(context.env.random);
  state.prelude.their_hashes = signature_hashes(asked.payloads);
  sa->keys = TRY(keys::derive_ike_keys(context.env.crypto, sa->suite,
                                       {.ni = state.prelude.ni, .nr = state.prelude.nr}, sa->spis,
                                       shared.reveal()));
  learn_from_sa_init(*sa, datagram.path, asked.payloads);

  wire::Payloads answer = {wire::SaPayload{{choice.chosen}}, ke_payload(*ke),
                           wire::NoncePayload{state.prelude.nr}};
  append_sa_init_notifies(*sa, sa->spis, *choice.candidates.front(), answer);
  append_certificate_request(*choice.candidates.front(), context.credentials, answer);
  state.candidates = std::move(choice.candidates);
  sa->state = std::move(state);
  return std::pair(std::move(sa), std::move(answer));
}

void send_sa_init(IkeSa& sa, const wire::Payloads& payloads, Context& context) {
  auto message = wire::write_message({.spis = sa.spis,
                                      .exchange = ExchangeType::ike_sa_init,
                                      .is_response = true,
                                      .message_id = 0},
                                     payloads);
  std::get<AwaitAuthRequest>(sa.state).prelude.response = message;
  sa.exchanges.take(0);
  send(sa.path, {message}, context);
  sa.exchanges.answer(0, {std::move(message)});
}

}  // namespace

auto answer_sa_init(const Datagram& datagram, const wire::Message& asked, Context& context)
    -> std::expected<std::unique_ptr<IkeSa>, wire::NotifyPayload> {
  auto choice = choose(datagram, asked, context);
  if (!choice) return std::unexpected(notify(NotifyType::no_proposal_chosen));
  const auto wanted = iana::KeyExchangeId{
      negotiate::chosen_id(choice->chosen, iana::TransformType::key_exchange_method).value_or(0)};
  if (wire::find<wire::KePayload>(asked.payloads)->method != wanted) {
    return std::unexpected(invalid_ke(wanted));
  }
  auto made = make_half_open(datagram, asked, *std::move(choice), context);
  if (!made) return std::unexpected(notify(NotifyType::no_proposal_chosen));
  auto& [sa, answer] = *made;
  send_sa_init(*sa, answer, context);
  log_keys(*sa, context);
  return std::move(sa);
}

// --- IKE_AUTH ------------------------------------------------------------------------------------

namespace {

/// All the initiator can know is that it failed (RFC 7296, 2.21.2).
void refuse(IkeSa& sa, const wire::Header& asked, const Reason& reason, Context& context) {
  tell_failure(sa, "authentication_failed", reason, context);
  respond(sa, asked, {notify(NotifyType::authentication_failed)}, context);
  close_with_answer(sa, Ending::failed, context);
}

auto ids_text(const wire::IdPayload& theirs, const wire::IdPayload* wanted) -> std::string {
  return wanted == nullptr
             ? fmt::format("`{}`", theirs.id.to_string())
             : fmt::format("`{}` (asking for `{}`)", theirs.id.to_string(), wanted->id.to_string());
}

/// Do the identities fit, and how well? The peer's may be anybody's; ours only if it asked.
auto fit_of(const policy::Connection& connection, const IkeSa& sa, const wire::IdPayload& theirs,
            const wire::IdPayload* wanted) -> policy::Fit {
  const auto ours = auth::own_identity(connection.local, sa.path.ours.address);
  if (wanted != nullptr && ours.fit(wanted->id) == policy::Fit::none) return policy::Fit::none;
  return theirs.id.fit(connection.remote.id);
}

/// The connections of these identities, best first.
auto by_identity(const IkeSa& sa, const std::vector<policy::ConnectionPtr>& candidates,
                 const wire::IdPayload& theirs, const wire::IdPayload* wanted)
    -> std::vector<policy::ConnectionPtr> {
  auto fitting = candidates;
  const auto fit = [&](const policy::ConnectionPtr& c) { return fit_of(*c, sa, theirs, wanted); };
  std::erase_if(fitting, [&](const auto& c) { return fit(c) == policy::Fit::none; });
  std::ranges::stable_sort(fitting, std::ranges::greater{}, fit);
  return fitting;
}

auto no_identity_fits(const IkeSa& sa, const std::vector<policy::ConnectionPtr>& candidates,
                      const wire::IdPayload& theirs, const wire::IdPayload* wanted) -> Reason {
  const auto& nearest = *candidates.front();
  const auto ours = auth::own_identity(nearest.local, sa.path.ours.address);
  const bool is_ours_wrong = wanted != nullptr && ours.fit(wanted->id) == policy::Fit::none;
  if (is_ours_wrong) {
    return {.why = fmt::format("the peer is {}; we are `{}`", ids_text(theirs, wanted),
                               ours.to_string()),
            .hint = "make `id` of the local section, or of the peer's remote section, the other",
            .line = nearest.local.id_line};
  }
  return {.why = fmt::format("the peer is {}; connection `{}` expects `{}`",
                             ids_text(theirs, wanted), nearest.name, nearest.remote.id.to_string()),
          .hint = "make `id` of the remote section what the peer sends",
          .line = nearest.remote.id_line};
}

struct Accepted {
  policy::ConnectionPtr connection;
  auth::Authenticated proof;
};

/// Tries the fitting connections: two of one identity may want different authentication.
auto authenticate(IkeSa& sa, const AwaitRevocation& state, const Claim& claim, Context& context)
    -> std::expected<Accepted, auth::AuthFailure> {
  std::optional<auth::AuthFailure> first;
  for (const auto& connection : state.candidates) {
    sa.our_id = auth::own_identity(connection->local, sa.path.ours.address);
    auto checked = check_theirs(sa, connection->remote, claim, context);
    if (checked) return Accepted{.connection = connection, .proof = *std::move(checked)};
    if (!first) first = std::move(checked).error();
  }
  return std::unexpected(*std::move(first));
}

/// How long an IKE SA stays beside the one that replaces it where it is the same host that proves
/// itself again: it moves its children over in that time (RFC 7296, 2.8.3).
constexpr core::Duration replaced_after = std::chrono::seconds(10);

auto is_initial_contact(const wire::Payloads& asked) -> bool {
  return wire::find_notify(asked, NotifyType::initial_contact) != nullptr;
}

/// What the other carries, or will, this one shall carry before that goes.
void make_children_of(IkeSa& other, IkeSa& sa) {
  const auto make = [&sa](CreateChild wish) {
    wish.if_missing = !wish.packet;
    const auto job = Job{std::move(wish)};
    if (!has_job(sa, job)) sa.jobs.push_back(job);
  };
  for (const auto& child : other.children) {
    if (can_carry(child)) make({.child = child.name, .packet = {}, .populated = child.populated});
  }
  for (const auto& [id, move] : other.moves) {
    const auto* creating = std::get_if<CreatingChild>(&move);
    if (creating == nullptr) continue;
    make({.child = creating->offer.policy->name,
          .packet = {},
          .populated = creating->offer.populated});
  }
  for (const auto& job : other.jobs) {
    if (const auto* create = std::get_if<CreateChild>(&job)) make(*create);
  }
  std::erase_if(other.jobs,
                [](const Job& job) { return std::holds_alternative<CreateChild>(job); });
}

void close_others(IkeSa& sa, const wire::Payloads& asked, Context& context) {
  using policy::Uniqueness;
  const auto uniqueness = sa.connection->uniqueness;
  if (uniqueness == Uniqueness::never) return;
  for (auto* other : context.host.others_with(sa)) {
    if (is_initial_contact(asked)) {
      // The peer has nothing left of it (RFC 7296, 2.4): no word is needed. What came to be since
      // this IKE SA was begun it cannot mean: both ends may begin at once.
      if (other->created < sa.created) close(*other, Ending::asked, context);
    } else if (uniqueness == Uniqueness::replace && other->standing == Standing::current) {
      const bool is_same_host = other->path.theirs.address == sa.path.theirs.address;
      if (is_same_host) make_children_of(*other, sa);
      other->standing = Standing::replaced;
      other->end_at = context.env.now + (is_same_host ? replaced_after : core::Duration{});
    }
  }
}

/// `unique = keep`: who is here already stays, unless it is the same host that comes again or the
/// peer says that it has lost the other.
auto is_kept_out(const IkeSa& sa, const wire::Payloads& asked, Context& context) -> bool {
  const auto is_elsewhere = [&](const IkeSa* other) {
    return other->standing == Standing::current && other->path.theirs != sa.path.theirs;
  };
  return sa.connection->uniqueness == policy::Uniqueness::keep && !is_initial_contact(asked) &&
         std::ranges::any_of(context.host.others_with(sa), is_elsewhere);
}

void answer_child(IkeSa& sa, const AwaitRevocation& state, wire::Payloads& answer,
                  Context& context) {
  if (wire::find<wire::SaPayload>(state.message) == nullptr) return;
  const auto agreement =
      answer_offer(sa, state.message, KeyExchangeRule::ignored, nullptr, context);
  if (!agreement) {
    tell_failure(sa, "child_refused", agreement.error().reason, context);
    answer.emplace_back(notify(agreement.error().type, agreement.error().data));
    return;
  }
  const auto child = install(sa, *agreement,
                             {.nonces = {.ni = state.prelude.ni, .nr = state.prelude.nr},
                              .shared = {},
                              .is_initiator = false},
                             takeover_beside(sa, *agreement, context), context);
  if (!child) {
    context.env.spis.release(agreement->inbound);
    answer.emplace_back(notify(NotifyType::no_proposal_chosen));
    return;
  }
  tell_child(sa, *sa.find_child(*child), "child_established", context);
  context.host.child_established(sa, agreement->policy->name);
  append_answer(*agreement, {}, answer);
}

void finish(IkeSa& sa, const AwaitRevocation& state, const wire::Header& asked, Context& context) {
  const auto proof = prove_ours(sa, state.prelude, hints_of(state.prelude, state.message), context);
  if (!proof) {
    const auto& failure = proof.error();
    return refuse(sa, asked, {.why = failure.why, .hint = failure.hint, .line = failure.line},
                  context);
  }
  bound_by_proof(sa, proof->valid_until, context);
  if (is_kept_out(sa, state.message, context)) {
    return refuse(sa, asked,
                  {.why = fmt::format("`{}` has a connection already, and `unique = keep` lets it "
                                      "have no other",
                                      sa.their_id.to_string()),
                   .hint = "close that one, or set `unique = replace`",
                   .line = sa.connection->line},
                  context);
  }
  wire::Payloads answer = {own_id(sa)};
  append_certificates(*proof, answer);
  answer.emplace_back(proof->auth);
  append_window_size(context.options, answer);
  widen_window(sa, state.message);
  close_others(sa, state.message, context);
  establish(sa, context);
  answer_child(sa, state, answer, context);
  respond(sa, asked, answer, context);
}

void check_peer(IkeSa& sa, AwaitRevocation state, Context& context) {
  const auto* id = wire::find_id(state.message, true);
  const auto* auth = wire::find<wire::AuthPayload>(state.message);
  const auto asked = wire::Header{.spis = sa.spis,
                                  .exchange = ExchangeType::ike_auth,
                                  .is_from_initiator = true,
                                  .message_id = state.message_id};
  sa.their_id = id->id;
  auto accepted = authenticate(
      sa, state, {.prelude = state.prelude, .message = state.message, .id = *id, .auth = *auth},
      context);
  const auto& fetch = accepted ? accepted->proof.fetch : accepted.error().fetch;
  if (wait_for_revocation(sa, state, fetch, context)) return;
  if (!accepted) {
    const auto& failure = accepted.error();
    sa.connection = state.candidates.front();
    return refuse(sa, asked, {.why = failure.why, .hint = failure.hint, .line = failure.line},
                  context);
  }
  sa.connection = std::move(accepted->connection);
  bound_by_proof(sa, accepted->proof.valid_until, context);
  finish(sa, state, asked, context);
}

}  // namespace

void on_auth_request(IkeSa& sa, const Received& asked, Context& context) {
  auto* waiting = std::get_if<AwaitAuthRequest>(&sa.state);
  if (waiting == nullptr) return;
  const auto* theirs = wire::find_id(asked.payloads, true);
  const auto* wanted = wire::find_id(asked.payloads, false);
  if (asked.header.exchange != ExchangeType::ike_auth || theirs == nullptr) {
    respond(sa, asked.header, {notify(NotifyType::invalid_syntax)}, context);
    return close_with_answer(sa, Ending::failed, context);
  }
  const auto candidates = by_identity(sa, waiting->candidates, *theirs, wanted);
  if (candidates.empty()) {
    const auto reason = no_identity_fits(sa, waiting->candidates, *theirs, wanted);
    sa.connection = waiting->candidates.front();
    return refuse(sa, asked.header, reason, context);
  }
  if (wire::find<wire::AuthPayload>(asked.payloads) == nullptr) {
    sa.connection = candidates.front();
    return refuse(sa, asked.header,
                  {.why = "the peer wants EAP: its IKE_AUTH has no AUTH",
                   .hint = "set the peer to `auth = psk` or `auth = pubkey`",
                   .line = candidates.front()->remote.line},
                  context);
  }
  check_peer(sa,
             AwaitRevocation{.prelude = std::move(waiting->prelude),
                             .candidates = candidates,
                             .offer = std::nullopt,
                             .packet = std::nullopt,
                             .message = asked.payloads,
                             .message_id = asked.header.message_id,
                             .urls = {}},
             context);
}

void on_responder_revocation(IkeSa& sa, AwaitRevocation waiting, Context& context) {
  check_peer(sa, std::move(waiting), context);
}

}  // namespace esplanade::ike::session
