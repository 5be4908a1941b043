#include "core/endian.h"
#include "ike/explain/findings.h"
#include "ike/negotiate/closest.h"
#include "ike/session/handshake/nat.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::explain {
namespace {

using iana::ExchangeType;
using iana::KeyExchangeId;
using iana::NotifyType;
using negotiate::KeyExchangeRule;
using Proposals = std::vector<sa::Proposal>;

/// Answers of one kind that no sound conversation has.
constexpr std::size_t too_many_rounds = 3;

auto group_text(KeyExchangeId group) -> std::string { return sa::to_text(sa::transform(group)); }

auto offered_in(const wire::Payloads& payloads) -> const Proposals* {
  const auto* const sa = wire::find<wire::SaPayload>(payloads);
  return sa == nullptr ? nullptr : &sa->proposals;
}

/// What this end offered when it began itself, elsewhere in the capture.
auto own_offer_of(const net::Address& end, const Knowledge& knowledge) -> const Proposals* {
  for (const auto& conversation : knowledge.conversations) {
    if (conversation.initiator().address != end) continue;
    const auto* const asked = conversation.last_asked(ExchangeType::ike_sa_init);
    const auto* const offer = asked == nullptr ? nullptr : offered_in(asked->request.payloads);
    if (offer != nullptr) return offer;
  }
  return nullptr;
}

// --- NO_PROPOSAL_CHOSEN --------------------------------------------------------------------------

auto compared(const Proposals& offered, const Proposals& wanted, const Subject& subject)
    -> std::optional<std::string> {
  const auto chosen = negotiate::select(offered, wanted, KeyExchangeRule::as_offered);
  if (chosen) return std::nullopt;
  return chosen.error().to_sentence(subject.sides.voices(Role::initiator));
}

/// By our configuration, as the responder's.
void judge_by_ours(const Proposals& offered, const Subject& subject, Finding& finding) {
  const auto& connection = *subject.sides.ours->connection;
  if (auto sentence = compared(offered, connection.proposals, subject)) {
    finding.why = *std::move(sentence);
    finding.hint = "make proposals fit on either side";
    return;
  }
  finding.why = fmt::format(
      "we answered NO_PROPOSAL_CHOSEN, but proposals of connection {} allow what they offer",
      connection.name);
  finding.hint = "the daemon runs by another configuration than this: reload it";
}

/// All that can be said of a refusal by itself.
void judge_by_offer(const Proposals& offered, const Subject& subject, Finding& finding) {
  const auto& responder = subject.sides.responder;
  finding.why = fmt::format(
      "{} answered NO_PROPOSAL_CHOSEN: it has none of the IKE proposals of {} ({}), or no "
      "connection for these addresses",
      responder, subject.sides.initiator, list_of(offered));
  finding.hint =
      subject.sides.ours
          ? "set proposals to what the peer's configuration allows"
          : fmt::format("compare with the configuration of {}, or give it by --config", responder);
}

void refused_proposals(const Exchange& exchange, const Subject& subject, Findings& to) {
  const auto* const offered = offered_in(exchange.request.payloads);
  Finding finding{.level = Level::error,
                  .topic = Topic::proposals,
                  .frame = answer_frame(exchange),
                  .why = {},
                  .hint = {},
                  .line = subject.sides.line(&policy::Connection::proposals_line)};
  const auto* const theirs =
      own_offer_of(subject.conversation.responder().address, subject.knowledge);
  if (offered == nullptr) {
    finding.why = fmt::format("{} answered NO_PROPOSAL_CHOSEN", subject.sides.responder);
  } else if (subject.sides.is_ours(Role::responder)) {
    judge_by_ours(*offered, subject, finding);
  } else if (auto sentence =
                 theirs == nullptr ? std::nullopt : compared(*offered, *theirs, subject)) {
    finding.why = *std::move(sentence);
    finding.hint = "make proposals fit on either side";
  } else {
    judge_by_offer(*offered, subject, finding);
  }
  to.push_back(std::move(finding));
}

// --- INVALID_KE_PAYLOAD --------------------------------------------------------------------------

auto wanted_group(const wire::NotifyPayload& error) -> std::optional<KeyExchangeId> {
  if (error.data.size() != 2) return std::nullopt;
  return KeyExchangeId{core::load_be<std::uint16_t>(core::View(error.data), 0)};
}

auto sent_group(const Exchange& exchange) -> std::optional<KeyExchangeId> {
  const auto* const ke = wire::find<wire::KePayload>(exchange.request.payloads);
  return ke == nullptr ? std::nullopt : std::optional(ke->method);
}

auto has_group(const Exchange& exchange, KeyExchangeId group) -> bool {
  const auto* const offered = offered_in(exchange.request.payloads);
  return offered != nullptr &&
         std::ranges::count(negotiate::key_exchange_methods(*offered), group) != 0;
}

/// `next` is what the initiator did about it; nullptr: nothing.
void other_group_wanted(const Exchange& exchange, const Exchange* next, const Subject& subject,
                        Findings& to) {
  const auto& [ours, initiator, responder] = subject.sides;
  const auto wanted = wanted_group(*exchange.error());
  Finding finding{.level = Level::error,
                  .topic = Topic::key_exchange,
                  .frame = answer_frame(exchange),
                  .why = fmt::format("{} answered INVALID_KE_PAYLOAD and {}", responder,
                                     wanted ? "wants " + group_text(*wanted) : "names no group"),
                  .hint = {},
                  .line = subject.sides.line(&policy::Connection::proposals_line)};
  const auto sent = sent_group(exchange);
  if (!wanted || !sent) return to.push_back(std::move(finding));
  const auto words = fmt::format("{} wants {}, {} began with {}", responder, group_text(*wanted),
                                 initiator, group_text(*sent));
  if (!has_group(exchange, *wanted)) {
    finding.why = fmt::format("{} and does not propose the other at all", words);
    finding.hint = fmt::format("add {} to proposals of {}", group_text(*wanted), initiator);
  } else if (next != nullptr && sent_group(*next) == wanted) {
    finding.level = Level::info;
    finding.why = words + ", and took it when it was asked to";
    finding.hint = fmt::format("put {} first in proposals of {}: it spares a round trip",
                               group_text(*wanted), initiator);
  } else {
    finding.why = words + ", and did not follow when it was asked to";
    finding.hint = fmt::format("put {} first in proposals of {}", group_text(*wanted), initiator);
  }
  to.push_back(std::move(finding));
}

// --- COOKIE --------------------------------------------------------------------------------------

auto cookie_in(const wire::Payloads& payloads) -> const wire::NotifyPayload* {
  return wire::find_notify(payloads, NotifyType::cookie);
}

void cookie_wanted(const Exchange& exchange, const Exchange* next, const Subject& subject,
                   Findings& to) {
  const auto* const cookie = cookie_in(exchange.response.payloads);
  const auto* const returned = next == nullptr ? nullptr : cookie_in(next->request.payloads);
  const auto& [ours, initiator, responder] = subject.sides;
  Finding finding{
      .level = Level::info,
      .topic = Topic::cookie,
      .frame = answer_frame(exchange),
      .why = fmt::format("{} asked for a cookie, and {} returned it", responder, initiator),
      .hint = fmt::format("{} has many half-open IKE SAs, or is set to ask always", responder),
      .line = {}};
  if (returned == nullptr || returned->data != cookie->data) {
    finding.level = Level::error;
    finding.why =
        fmt::format("{} asked for a cookie, and {} did not return it", responder, initiator);
    finding.hint =
        fmt::format("the answer did not reach {}: look for a filter on the way back", initiator);
  }
  to.push_back(std::move(finding));
}

// --- rounds --------------------------------------------------------------------------------------

using Rounds = std::vector<const Exchange*>;

auto rounds_of(const Conversation& conversation) -> Rounds {
  Rounds rounds;
  for (const auto& exchange : conversation.exchanges()) {
    if (exchange.type == ExchangeType::ike_sa_init) rounds.push_back(&exchange);
  }
  return rounds;
}

auto asks_for_cookie(const Exchange& exchange) -> bool {
  return cookie_in(exchange.response.payloads) != nullptr;
}
auto asks_for_group(const Exchange& exchange) -> bool {
  const auto* const error = exchange.error();
  return error != nullptr && error->type == NotifyType::invalid_ke_payload;
}

/// Rounds that bring nothing forward: one finding for all of them.
auto find_loop(const Rounds& rounds, const Subject& subject, Findings& to) -> bool {
  const auto count = [&](auto asks) {
    return static_cast<std::size_t>(
        std::ranges::count_if(rounds, [&](const auto* round) { return asks(*round); }));
  };
  const auto cookies = count(asks_for_cookie);
  const auto groups = count(asks_for_group);
  if (cookies < too_many_rounds && groups < too_many_rounds) return false;
  const bool is_about_cookies = cookies >= groups;
  to.push_back(
      {.level = Level::error,
       .topic = is_about_cookies ? Topic::cookie : Topic::key_exchange,
       .frame = answer_frame(*rounds.back()),
       .why = fmt::format(
           "{} answered {} {} times: the two go round in circles", subject.sides.responder,
           is_about_cookies ? "COOKIE" : "INVALID_KE_PAYLOAD", is_about_cookies ? cookies : groups),
       .hint = is_about_cookies
                   ? "something on the way gives the initiator another address or port each time, "
                     "or answers come from more than one machine"
                   : "make both propose one group first",
       .line = is_about_cookies ? policy::Line{}
                                : subject.sides.line(&policy::Connection::proposals_line)});
  return true;
}

void other_refusal(const Exchange& exchange, const Subject& subject, Findings& to) {
  to.push_back({.level = Level::error,
                .topic = Topic::version,
                .frame = answer_frame(exchange),
                .why = fmt::format("{} answered {} to IKE_SA_INIT", subject.sides.responder,
                                   name_of(exchange.error()->type)),
                .hint = {},
                .line = {}});
}

void judge_round(const Exchange& exchange, const Exchange* next, const Subject& subject,
                 Findings& to) {
  if (asks_for_cookie(exchange)) return cookie_wanted(exchange, next, subject, to);
  const auto* const error = exchange.error();
  if (error == nullptr) return;
  if (error->type == NotifyType::no_proposal_chosen) {
    return refused_proposals(exchange, subject, to);
  }
  if (asks_for_group(exchange)) return other_group_wanted(exchange, next, subject, to);
  other_refusal(exchange, subject, to);
}

void check_choice(const Exchange& exchange, const Subject& subject, Findings& to) {
  const auto* const offered = offered_in(exchange.request.payloads);
  const auto* const chosen = offered_in(exchange.response.payloads);
  if (offered == nullptr || chosen == nullptr) return;
  const bool is_one = chosen->size() == 1;
  if (is_one && negotiate::is_among(chosen->front(), *offered, KeyExchangeRule::as_offered)) return;
  to.push_back({.level = Level::error,
                .topic = Topic::proposals,
                .frame = answer_frame(exchange),
                .why = fmt::format("{} chose {}, which {} did not offer", subject.sides.responder,
                                   list_of(*chosen), subject.sides.initiator),
                .hint = "one of the two does not keep to RFC 7296, 3.3.6",
                .line = {}});
}

// --- NAT -----------------------------------------------------------------------------------------

/// Addresses as the request's sender and its receiver know them.
void find_nat(const Exchange& exchange, const Subject& subject, Findings& to) {
  if (exchange.request.tries.empty()) return;
  const auto& leg = exchange.request.tries.front();
  const auto spis = IkeSpis{.i = subject.conversation.spis().i, .r = {}};
  const auto found =
      session::judge_nat(spis, {.ours = leg.to, .theirs = leg.from}, exchange.request.payloads);
  if (!found || !found->any()) return;
  const auto whose = found->is_theirs && found->is_ours ? "both ends are"
                     : found->is_theirs                 ? subject.sides.initiator + " is"
                                                        : subject.sides.responder + " is";
  to.push_back({.level = Level::info,
                .topic = Topic::nat,
                .frame = leg.frame,
                .why = fmt::format("{} behind a NAT, or made to look so", whose),
                .hint = "all that follows must pass UDP port 4500, ESP as well",
                .line = {}});
}

}  // namespace

void find_in_sa_init(const Subject& subject, Findings& to) {
  const auto rounds = rounds_of(subject.conversation);
  if (rounds.empty()) return;
  find_nat(*rounds.front(), subject, to);
  check_choice(*rounds.back(), subject, to);
  if (find_loop(rounds, subject, to)) return;
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    judge_round(*rounds[i], i + 1 < rounds.size() ? rounds[i + 1] : nullptr, subject, to);
  }
}

}  // namespace esplanade::ike::explain
