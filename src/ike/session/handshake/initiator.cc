#include "ike/session/handshake/initiator.h"

#include "ike/auth/certreq.h"
#include "ike/auth/prove.h"
#include "ike/keys/auth_octets.h"
#include "ike/session/establish.h"
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

/// COOKIE and INVALID_KE_PAYLOAD answers that one attempt follows, in whatever order they come
/// (TRAP-IKE2-02).
constexpr std::uint32_t most_restarts = 6;

/// A peer's port where IKE and ESP share UDP (RFC 7296, 2.23).
constexpr std::uint16_t their_nat_traversal_port = 4500;

auto sa_init_request(const IkeSa& sa, const AwaitSaInit& state) -> core::Bytes {
  wire::Payloads payloads;
  if (!state.cookie.empty()) payloads.emplace_back(notify(NotifyType::cookie, state.cookie));
  payloads.emplace_back(
      wire::SaPayload{negotiate::offer(sa.connection->proposals, KeyExchangeRule::as_offered, {})});
  payloads.emplace_back(ke_payload(*state.ke));
  payloads.emplace_back(wire::NoncePayload{state.ni});
  append_sa_init_notifies(sa, {.i = sa.spis.i, .r = {}}, *sa.connection, payloads);
  return wire::write_message({.spis = {.i = sa.spis.i, .r = {}},
                              .exchange = ExchangeType::ike_sa_init,
                              .is_from_initiator = true,
                              .message_id = 0},
                             payloads);
}

void send_again(IkeSa& sa, AwaitSaInit& state, Context& context) {
  state.request = sa_init_request(sa, state);
  ++state.restarts;
  send(sa.path, {state.request}, context);
  sa.exchanges.restart(0, {state.request}, context.env.now, context.env.random);
}

/// Which children the first exchanges make: what was asked for, or the first that starts.
auto first_child(const IkeSa& sa) -> const policy::ChildPolicy* {
  using policy::StartAction;
  const auto& children = sa.connection->children;
  if (!sa.purpose.child.empty()) return sa.connection->find_child(sa.purpose.child);
  const auto it = std::ranges::find_if(children, [](const policy::ChildPolicy& child) {
    return child.start_action == StartAction::start ||
           child.start_action == StartAction::trap_and_start;
  });
  if (it != children.end()) return &*it;
  return children.empty() ? nullptr : &children.front();
}

}  // namespace

auto begin(IkeSa& sa, Context& context) -> core::Result<void> {
  const auto groups = negotiate::key_exchange_methods(sa.connection->proposals);
  if (groups.empty()) return core::failure(core::Code::unsupported);
  AwaitSaInit state;
  state.ke = TRY(context.env.crypto.make_key_exchange(groups.front(), context.env.random));
  state.ni = fresh_nonce(context.env.random);
  state.request = sa_init_request(sa, state);
  send(sa.path, {state.request}, context);
  sa.exchanges.start(0, {state.request}, context.env.now, context.env.random);
  sa.state = std::move(state);
  return {};
}

// --- IKE_SA_INIT ---------------------------------------------------------------------------------

namespace {

/// What a response in clear may tell us (RFC 7296, 2.6, 2.7, 1.2).
void on_refusal(IkeSa& sa, AwaitSaInit& state, const wire::NotifyPayload& error, Context& context) {
  if (state.restarts < most_restarts && error.type == NotifyType::invalid_ke_payload) {
    const auto wanted = wanted_group(error, sa.connection->proposals);
    // The same answer twice: what it asks for is on its way.
    if (wanted == state.ke->id()) return;
    auto ke = wanted ? context.env.crypto.make_key_exchange(*wanted, context.env.random)
                     : core::failure(core::Code::bad_value);
    if (ke) {
      state.ke = *std::move(ke);
      return send_again(sa, state, context);
    }
  }
  if (state.refusal) return;
  const auto reason = refusal_reason(error, *sa.connection);
  state.refusal = reason;
}

auto take_answer(IkeSa& sa, const AwaitSaInit& state, const wire::Message& message)
    -> core::Result<sa::Proposal> {
  const auto* payload = wire::find<wire::SaPayload>(message.payloads);
  if (payload == nullptr || wire::find<wire::NoncePayload>(message.payloads) == nullptr ||
      payload->proposals.size() != 1 || message.header.spis.r == IkeSpi{}) {
    return core::failure(core::Code::bad_value);
  }
  const auto offered = negotiate::offer(sa.connection->proposals, KeyExchangeRule::as_offered, {});
  const auto& chosen = payload->proposals.front();
  if (!negotiate::is_among(chosen, offered, KeyExchangeRule::as_offered)) {
    return core::failure(core::Code::bad_value);
  }
  const auto suite = TRY(keys::ike_suite_of(chosen));
  if (suite.method != state.ke->id()) return core::failure(core::Code::bad_value);
  return chosen;
}

void move_to_nat_port(IkeSa& sa, std::uint16_t ours) {
  if (sa.path.ours.port != sa.connection->our_port || sa.path.ours.port == ours) return;
  sa.path.ours.port = ours;
  sa.path.theirs.port = their_nat_traversal_port;
}

auto derive(IkeSa& sa, const AwaitSaInit& state, const sa::Proposal& chosen,
            const wire::Message& message, Context& context) -> core::Result<void> {
  const auto suite = TRY(keys::ike_suite_of(chosen));
  const auto shared = TRY(finish_key_exchange(state.ke.get(), suite.method, message.payloads));
  const auto& nr = wire::find<wire::NoncePayload>(message.payloads)->data;
  const auto spis = IkeSpis{.i = sa.spis.i, .r = message.header.spis.r};
  auto keys = TRY(keys::derive_ike_keys(context.env.crypto, suite, {.ni = state.ni, .nr = nr}, spis,
                                        shared.reveal()));
  sa.suite = suite;
  sa.keys = std::move(keys);
  sa.spis = spis;
  return {};
}

void ask_auth(IkeSa& sa, Prelude prelude, const wire::Payloads& sa_init, Context& context);

}  // namespace

void on_sa_init_response(IkeSa& sa, const Datagram& datagram, Context& context) {
  auto* state = std::get_if<AwaitSaInit>(&sa.state);
  const auto message = wire::parse_message(datagram.message);
  if (state == nullptr || !message || !message->header.is_response ||
      message->header.message_id != 0 || message->header.exchange != ExchangeType::ike_sa_init) {
    return;
  }
  const auto& payloads = message->payloads;
  if (!wire::check_grammar(ExchangeType::ike_sa_init, true, payloads)) return;
  if (const auto* cookie = wire::find_notify(payloads, NotifyType::cookie)) {
    const bool is_usable = !cookie->data.empty() && cookie->data.size() <= 64;
    const bool is_news = cookie->data != state->cookie;
    if (state->restarts >= most_restarts || !is_usable || !is_news) return;
    state->cookie = cookie->data;
    return send_again(sa, *state, context);
  }
  if (const auto* error = wire::find_error(payloads)) {
    return on_refusal(sa, *state, *error, context);
  }
  const auto chosen = take_answer(sa, *state, *message);
  if (!chosen || !derive(sa, *state, *chosen, *message, context)) return;

  sa.exchanges.finish(0);
  sa.last_heard = context.env.now;
  auto prelude = Prelude{.request = std::move(state->request),
                         .response = {datagram.message.begin(), datagram.message.end()},
                         .ni = std::move(state->ni),
                         .nr = wire::find<wire::NoncePayload>(payloads)->data,
                         .their_hashes = signature_hashes(payloads)};
  learn_from_sa_init(sa, datagram.path, payloads);
  if (sa.nat.any() || sa.connection->forces_encapsulation) {
    move_to_nat_port(sa, context.options.nat_traversal_port);
  }
  log_keys(sa, context);
  ask_auth(sa, std::move(prelude), payloads, context);
}

void give_up_if_refused(IkeSa& sa, Context& context) {
  auto* state = std::get_if<AwaitSaInit>(&sa.state);
  if (state == nullptr || !state->refusal) return;
  const auto reason = *state->refusal;
  tell_failure(sa, "negotiation_failed", reason, context);
  close(sa, Ending::failed, context);
}

// --- IKE_AUTH ------------------------------------------------------------------------------------

namespace {

/// INITIAL_CONTACT: the peer may forget what it has of us (RFC 7296, 2.4). Not where an identity is
/// at several places, which is what `unique = never` says (IKE2-2.4-02). Who the peer is has not
/// been proven; the configuration says it, by an identity or by the connection it belongs to.
auto is_initial_contact(const IkeSa& sa, Context& context) -> bool {
  return sa.connection->uniqueness != policy::Uniqueness::never && !sa.purpose.reauthenticates &&
         context.host.others_with(sa).empty() && !context.host.is_connected(*sa.connection);
}

/// IDi, CERT, N(INITIAL_CONTACT), CERTREQ, IDr, AUTH, SA, TSi, TSr (RFC 7296, appendix C).
auto auth_request(const IkeSa& sa, const auth::Proof& proof, const AwaitAuth& state,
                  Context& context) -> wire::Payloads {
  const auto& connection = *sa.connection;
  wire::Payloads payloads = {own_id(sa)};
  append_certificates(proof, payloads);
  if (is_initial_contact(sa, context)) payloads.emplace_back(notify(NotifyType::initial_contact));
  append_certificate_request(connection, context.credentials, payloads);
  if (!connection.remote.id.is_any()) {
    payloads.emplace_back(
        wire::IdPayload{.is_initiator = false, .id = connection.remote.id, .reserved = {}});
  }
  payloads.emplace_back(proof.auth);
  append_window_size(context.options, payloads);
  if (state.offer) append_offer(*state.offer, {}, payloads);
  return payloads;
}

void ask_auth(IkeSa& sa, Prelude prelude, const wire::Payloads& sa_init, Context& context) {
  sa.our_id = auth::own_identity(sa.connection->local, sa.path.ours.address);
  sa.their_id = sa.connection->remote.id;  // until it tells its own
  AwaitAuth state;
  state.prelude = std::move(prelude);
  auto hints = hints_of(state.prelude, sa_init);
  auto proof = prove_ours(sa, state.prelude, hints, context);
  if (!proof) {
    tell_failure(sa, "authentication_failed",
                 {.why = proof.error().why, .hint = proof.error().hint, .line = proof.error().line},
                 context);
    return close(sa, Ending::failed, context);
  }
  bound_by_proof(sa, proof->valid_until, context);
  if (const auto* child = first_child(sa)) {
    state.packet = sa.purpose.packet;
    state.offer = make_offer(sa, *child, {state.packet, sa.purpose.populated},
                             KeyExchangeRule::ignored, context);
  }
  const auto payloads = auth_request(sa, *proof, state, context);
  request(sa, ExchangeType::ike_auth, payloads, context);
  sa.state = std::move(state);
}

/// The peer has believed us, but not we the peer: it must hear of it, and by name
/// (RFC 7296, 2.21.2).
void reject_peer(IkeSa& sa, const Reason& reason, Context& context) {
  tell_failure(sa, "authentication_failed", reason, context);
  request(sa, ExchangeType::informational, {notify(NotifyType::authentication_failed)}, context);
  close(sa, Ending::failed, context);
}

/// Once more only the child has failed; the IKE SA stands all the same (IKE2-2.21.2-04).
void child_refused(IkeSa& sa, const ChildOffer& offer, const std::optional<Acquire>& packet,
                   const Reason& reason, Context& context) {
  withdraw(offer, context);
  tell_failure(sa, "child_failed", reason, context);
  if (packet) context.out.emplace_back(DropHeld{packet->policy});
  context.host.child_failed(sa, offer.policy->name);
}

void take_child(IkeSa& sa, AwaitRevocation& state, Context& context) {
  const auto& offer = *state.offer;
  if (const auto* error = wire::find_error(state.message)) {
    if (asks_for_one_pair(*error) && state.packet) {
      withdraw(offer, context);
      sa.jobs.emplace_back(CreateChild{.child = offer.policy->name,
                                       .packet = state.packet,
                                       .scope = Scope::packet,
                                       .populated = offer.populated});
      return;
    }
    return child_refused(sa, offer, state.packet, refusal_reason(*error, *offer.policy, offer),
                         context);
  }
  const auto agreement = accept_answer(sa, offer, state.message, KeyExchangeRule::ignored);
  if (!agreement) {
    delete_unwanted(sa, offer, context);
    return child_refused(sa, offer, state.packet, agreement.error().reason, context);
  }
  const auto child = install(sa, *agreement,
                             {.nonces = {.ni = state.prelude.ni, .nr = state.prelude.nr},
                              .shared = {},
                              .is_initiator = true},
                             Takeover::now, context);
  if (!child) return child_refused(sa, offer, state.packet, cannot(child.error()), context);
  tell_child(sa, *sa.find_child(*child), "child_established", context);
  context.host.child_established(sa, offer.policy->name);
}

void finish(IkeSa& sa, AwaitRevocation state, Context& context) {
  widen_window(sa, state.message);
  establish(sa, context);
  if (state.offer) take_child(sa, state, context);
}

void check_peer(IkeSa& sa, AwaitRevocation state, Context& context) {
  const auto* id = wire::find_id(state.message, false);
  const auto* auth = wire::find<wire::AuthPayload>(state.message);
  sa.their_id = id->id;
  auto checked = check_theirs(
      sa, sa.connection->remote,
      {.prelude = state.prelude, .message = state.message, .id = *id, .auth = *auth}, context);
  const auto& fetch = checked ? checked->fetch : checked.error().fetch;
  if (wait_for_revocation(sa, state, fetch, context)) return;
  if (!checked) {
    const auto& failure = checked.error();
    sa.state = std::move(state);
    return reject_peer(sa, {.why = failure.why, .hint = failure.hint, .line = failure.line},
                       context);
  }
  bound_by_proof(sa, checked->valid_until, context);
  finish(sa, std::move(state), context);
}

}  // namespace

void on_auth_response(IkeSa& sa, const Received& answer, Context& context) {
  auto* waiting = std::get_if<AwaitAuth>(&sa.state);
  if (waiting == nullptr) return;
  const bool has_auth = wire::find<wire::AuthPayload>(answer.payloads) != nullptr &&
                        wire::find_id(answer.payloads, false) != nullptr;
  if (!has_auth) {
    // No AUTH: the IKE SA was not made, and the notify says why (IKE2-2.21.2-05).
    const auto* error = wire::find_error(answer.payloads);
    const auto reason =
        error != nullptr ? refusal_reason(*error, *sa.connection)
                         : Reason{.why = "the peer's IKE_AUTH has no AUTH", .hint = {}, .line = {}};
    tell_failure(sa, "negotiation_failed", reason, context);
    return close(sa, Ending::failed, context);
  }
  check_peer(sa,
             AwaitRevocation{.prelude = std::move(waiting->prelude),
                             .candidates = {},
                             .offer = std::move(waiting->offer),
                             .packet = waiting->packet,
                             .message = answer.payloads,
                             .message_id = answer.header.message_id,
                             .urls = {}},
             context);
}

void on_revocation(IkeSa& sa, AwaitRevocation waiting, Context& context) {
  check_peer(sa, std::move(waiting), context);
}

}  // namespace esplanade::ike::session
