#include "ike/door/state.h"
#include "ike/session/establish.h"
#include "ike/session/established.h"
#include "ike/session/handshake/initiator.h"
#include "ike/session/handshake/responder.h"

#include "core/endian.h"

#include <algorithm>

namespace esplanade::ike::door {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using session::IkeSa;

/// An answer in clear, to where the message came from, with its SPIs and message ID
/// (RFC 7296, 1.5; IKE2-1.5-03).
void answer_in_clear(const Datagram& datagram, const wire::Header& asked,
                     const wire::NotifyPayload& notify, Context& context) {
  context.out.push_back(
      Send{.path = datagram.path,
           .message = wire::write_message({.spis = asked.spis,
                                           .exchange = asked.exchange,
                                           .is_from_initiator = !asked.is_from_initiator,
                                           .is_response = true,
                                           .message_id = asked.message_id},
                                          {notify})});
}

void answer_rarely(State& state, const Datagram& datagram, const wire::Header& asked,
                   NotifyType type, Context& context) {
  if (asked.is_response || !state.stranger_answers.admit(context.env.now)) return;
  answer_in_clear(datagram, asked, session::notify(type), context);
}

// --- IKE_SA_INIT requests ------------------------------------------------------------------------

auto key_of(const Datagram& datagram, const wire::Header& header) -> HalfOpen::Key {
  const std::string_view text(reinterpret_cast<const char*>(datagram.message.data()),
                              datagram.message.size());
  return {.spi_i = header.spis.i,
          .theirs = datagram.path.theirs,
          .content = std::hash<std::string_view>{}(text)};
}

/// The same request again gets the same answer (RFC 7296, 2.1); TRAP-IKE2-14. One under the same
/// SPI that differs is another: an initiator may have been misled by a forged refusal.
auto is_repeated(State& state, const Datagram& datagram, const wire::Header& header,
                 Context& context) -> bool {
  const auto session = state.sessions.half_open().find(key_of(datagram, header));
  auto* sa = session ? state.find(*session) : nullptr;
  if (sa == nullptr) return false;
  const auto* waiting = std::get_if<session::AwaitAuthRequest>(&sa->state);
  const bool is_same =
      waiting != nullptr && std::ranges::equal(waiting->prelude.request, datagram.message);
  if (const auto* stored = sa->exchanges.stored(0); is_same && stored != nullptr) {
    session::send(datagram.path, *stored, context);
  }
  return true;
}

/// Too many strangers at once: the least costly thing is to do nothing.
auto is_crowded(State& state, const Datagram& datagram) -> bool {
  const auto& half_open = state.sessions.half_open();
  return half_open.count() >= state.options.half_open_limit ||
         half_open.count_from(datagram.path.theirs.address) >= state.options.block_threshold;
}

/// Under load only those who show that they receive at their address go on (RFC 7296, 2.6).
auto passes_cookie(State& state, const Datagram& datagram, const wire::Message& asked,
                   Context& context) -> bool {
  const auto input = CookieInput{.ni = wire::find<wire::NoncePayload>(asked.payloads)->data,
                                 .theirs = datagram.path.theirs,
                                 .spi_i = asked.header.spis.i};
  if (state.sessions.half_open().count() < state.options.cookie_threshold) return true;
  const auto* cookie = wire::find_notify(asked.payloads, NotifyType::cookie);
  auto& env = context.env;
  if (cookie != nullptr && state.cookies.check(cookie->data, input, env.now, env.crypto)) {
    return true;
  }
  answer_in_clear(datagram, asked.header,
                  session::notify(NotifyType::cookie,
                                  state.cookies.make(input, env.now, env.random, env.crypto)),
                  context);
  return false;
}

void on_sa_init_request(State& state, const Datagram& datagram, const wire::Header& header,
                        Context& context) {
  if (header.spis.i == IkeSpi{} || header.message_id != 0 || !header.is_from_initiator) return;
  if (is_repeated(state, datagram, header, context) || is_crowded(state, datagram)) return;
  const auto message = wire::parse_message(datagram.message);
  if (!message) return;
  const auto grammar = wire::check_grammar(header.exchange, false, message->payloads);
  if (!grammar) {
    if (grammar.error().answer != NotifyType::unsupported_critical_payload) return;
    const auto type = static_cast<std::byte>(std::to_underlying(grammar.error().payload));
    return answer_in_clear(datagram, header, session::notify(grammar.error().answer, {type}),
                           context);
  }
  if (!passes_cookie(state, datagram, *message, context)) return;
  auto made = session::answer_sa_init(datagram, *message, context);
  if (!made) return answer_in_clear(datagram, header, made.error(), context);
  auto& added = state.sessions.add(*std::move(made));
  state.sessions.half_open().add(key_of(datagram, header), added.id);
}

// --- messages of an IKE SA -----------------------------------------------------------------------

void on_received(IkeSa& sa, const session::Received& received, Context& context) {
  if (sa.is_established()) {
    return received.header.is_response ? session::on_response(sa, received, context)
                                       : session::on_request(sa, received, context);
  }
  if (std::holds_alternative<session::AwaitAuth>(sa.state) && received.header.is_response) {
    return session::on_auth_response(sa, received, context);
  }
  if (std::holds_alternative<session::AwaitAuthRequest>(sa.state) && !received.header.is_response) {
    session::on_auth_request(sa, received, context);
  }
}

/// An authentic message that is not what it should be ends the IKE SA (RFC 7296, 2.21.3), unless
/// only a payload was too new for us.
void on_unusable(IkeSa& sa, const session::Unusable& unusable, Context& context) {
  const bool is_request = !unusable.header.is_response;
  if (is_request) {
    session::respond(sa, unusable.header, {unusable.answer}, context);
    const bool is_only_new = unusable.answer.type == NotifyType::unsupported_critical_payload;
    if (is_only_new && sa.is_established()) return;
  }
  session::tell_failure(sa, "ike_closed",
                        {.why = "the peer sent a message that breaks RFC 7296: " +
                                session::name_of(unusable.answer.type),
                         .hint = {},
                         .line = {}},
                        context);
  if (is_request) return session::close_with_answer(sa, session::Ending::failed, context);
  session::close(sa, session::Ending::failed, context);
}

void probe(IkeSa& sa, core::Time now) {
  const bool is_quiet = sa.is_established() && now >= sa.last_heard + std::chrono::seconds(10);
  if (is_quiet && !session::has_job(sa, session::Probe{})) sa.jobs.push_back(session::Probe{});
}

/// An error in clear is a hint at most: ask the peer whether it still knows us (RFC 7296, 2.21.4).
void on_hint(IkeSa& sa, const Datagram& datagram, Context& context) {
  const auto message = wire::parse_message(datagram.message);
  const auto* error = message ? wire::find_error(message->payloads) : nullptr;
  const bool says_lost = error != nullptr && (error->type == NotifyType::invalid_ike_spi ||
                                              error->type == NotifyType::invalid_spi);
  if (says_lost) probe(sa, context.env.now);
}

/// "Your ESP met nobody", outside of any IKE SA: must not be answered (RFC 7296, 1.5; IKE2-1.5-02),
/// but whoever sent that ESP may ask whether the peer still lives.
auto is_stray_notice(const wire::Header& header) -> bool {
  return header.exchange == ExchangeType::informational &&
         header.next_payload == iana::PayloadType::notify;
}

void on_stray_notice(State& state, const Datagram& datagram, Context& context) {
  if (!state.hints.admit(context.env.now)) return;
  const auto message = wire::parse_message(datagram.message);
  const auto* told =
      message ? wire::find_notify(message->payloads, NotifyType::invalid_spi) : nullptr;
  if (told == nullptr || told->data.size() != 4) return;
  const auto spi = core::Spi{core::load_be<std::uint32_t>(core::View(told->data), 0)};
  for (auto* sa : state.sessions.all()) {
    const bool is_from_peer = sa->path.theirs.address == datagram.path.theirs.address;
    if (is_from_peer && sa->find_outbound(spi) != nullptr) return probe(*sa, context.env.now);
  }
}

void on_message(IkeSa& sa, const Datagram& datagram, const wire::Header& header, Context& context) {
  if (header.next_payload == iana::PayloadType::notify) return on_hint(sa, datagram, context);
  const auto received = session::receive(sa, datagram, context);
  if (!received) return;
  if (*received) {
    on_received(sa, **received, context);
  } else {
    on_unusable(sa, received->error(), context);
  }
}

}  // namespace

void on_datagram(State& state, const Datagram& datagram, Context& context) {
  const auto header = wire::Header::parse(datagram.message);
  if (!header || header->length != datagram.message.size()) return;
  if (header->major_version > 2) {
    return answer_rarely(state, datagram, *header, NotifyType::invalid_major_version, context);
  }
  if (header->major_version < 2) return;
  const bool is_init = header->exchange == ExchangeType::ike_sa_init;
  if (is_init && !header->is_response && header->spis.r == IkeSpi{}) {
    return on_sa_init_request(state, datagram, *header, context);
  }
  const auto ours = header->is_from_initiator ? header->spis.r : header->spis.i;
  auto* sa = state.sessions.find_spi(ours);
  if (sa != nullptr && sa->is_closed()) return session::answer_again(*sa, datagram, context);
  if (sa == nullptr) {
    if (is_stray_notice(*header)) return on_stray_notice(state, datagram, context);
    if (is_init) return;
    return answer_rarely(state, datagram, *header, NotifyType::invalid_ike_spi, context);
  }
  if (is_init) return session::on_sa_init_response(*sa, datagram, context);
  on_message(*sa, datagram, *header, context);
}

}  // namespace esplanade::ike::door
