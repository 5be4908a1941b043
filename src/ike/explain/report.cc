#include "ike/explain/report.h"

#include "ike/explain/claims.h"
#include "ike/explain/facts.h"
#include "ike/explain/findings.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

namespace esplanade::ike::explain {
namespace {

using iana::ExchangeType;

auto outcome_of_auth(const Conversation& conversation, const Exchange& auth) -> Outcome {
  const auto& response = auth.response;
  if (is_short_refusal(auth)) return Outcome::refused;
  if (refusal_of(conversation, Role::initiator) || refusal_of(conversation, Role::responder)) {
    return Outcome::refused;
  }
  if (!response.is_whole()) return Outcome::answered;
  const bool has_proof = wire::find<wire::AuthPayload>(response.payloads) != nullptr;
  if (has_proof) return Outcome::established;
  return auth.error() != nullptr ? Outcome::refused : Outcome::answered;
}

auto outcome_of_init(const Conversation& conversation) -> Outcome {
  const auto* const asked = conversation.last_asked(ExchangeType::ike_sa_init);
  const auto* const answered = conversation.last_answered(ExchangeType::ike_sa_init);
  if (answered == nullptr) return asked == nullptr ? Outcome::continued : Outcome::unanswered;
  const bool has_choice = wire::find<wire::SaPayload>(answered->response.payloads) != nullptr;
  if (has_choice) return Outcome::unfinished;
  return answered->error() != nullptr ? Outcome::refused : Outcome::unanswered;
}

auto outcome_of(const Conversation& conversation) -> Outcome {
  if (conversation.major_version() != 2) return Outcome::not_ikev2;
  const auto* const answered = conversation.last_answered(ExchangeType::ike_auth);
  if (answered != nullptr) return outcome_of_auth(conversation, *answered);
  if (conversation.last_asked(ExchangeType::ike_auth) != nullptr) return Outcome::unanswered;
  return outcome_of_init(conversation);
}

auto old_version(const Subject& subject) -> Finding {
  return {.level = Level::error,
          .topic = Topic::version,
          .frame = subject.conversation.first_frame(),
          .why = fmt::format("{} speaks IKEv{}, and this program IKEv2 only",
                             subject.sides.initiator, subject.conversation.major_version()),
          .hint = "set the other end to IKEv2",
          .line = {}};
}

/// The configuration was given, and does not know these two.
auto no_connection(const Subject& subject) -> Finding {
  const auto& [ours, initiator, responder] = subject.sides;
  return {.level = Level::warning,
          .topic = Topic::identity,
          .frame = subject.conversation.first_frame(),
          .why = fmt::format("no connection of the configuration is between {} and {}", initiator,
                             responder),
          .hint = "compare local_addrs and remote_addrs with these; a NAT shows its own",
          .line = {}};
}

auto findings_of(const Subject& subject) -> Findings {
  Findings findings;
  if (subject.conversation.major_version() != 2) {
    findings.push_back(old_version(subject));
    return findings;
  }
  if (!subject.sides.ours && !subject.knowledge.connections.empty()) {
    findings.push_back(no_connection(subject));
  }
  find_in_sa_init(subject, findings);
  find_in_auth(subject, findings);
  find_in_children(subject, findings);
  find_silence(subject, findings);
  find_one_way_esp(subject, findings);
  return findings;
}

}  // namespace

auto explain(const Conversation& conversation, const Knowledge& knowledge) -> Report {
  const Subject subject{.conversation = conversation,
                        .knowledge = knowledge,
                        .sides = sides_of(conversation, knowledge.connections)};
  return {.outcome = outcome_of(conversation),
          .connection = subject.sides.ours ? subject.sides.ours->connection->name : std::string(),
          .facts = facts_of(conversation),
          .findings = findings_of(subject)};
}

// --- words ---------------------------------------------------------------------------------------

auto name_of(Outcome outcome) noexcept -> std::string_view {
  switch (outcome) {
    case Outcome::established: return "established";
    case Outcome::answered:    return "answered";
    case Outcome::refused:     return "refused";
    case Outcome::unanswered:  return "unanswered";
    case Outcome::unfinished:  return "unfinished";
    case Outcome::continued:   return "continued";
    case Outcome::not_ikev2:   return "not_ikev2";
  }
  return "?";
}

auto name_of(Topic topic) noexcept -> std::string_view {
  switch (topic) {
    case Topic::version:        return "version";
    case Topic::proposals:      return "proposals";
    case Topic::key_exchange:   return "key_exchange";
    case Topic::cookie:         return "cookie";
    case Topic::identity:       return "identity";
    case Topic::authentication: return "authentication";
    case Topic::secret:         return "secret";
    case Topic::certificate:    return "certificate";
    case Topic::selectors:      return "selectors";
    case Topic::port:           return "port";
    case Topic::mtu:            return "mtu";
    case Topic::nat:            return "nat";
    case Topic::esp:            return "esp";
    case Topic::peer:           return "peer";
  }
  return "?";
}

auto name_of(iana::NotifyType type) -> std::string {
  const auto* const row = iana::find_row(iana::notify_types, type);
  return row != nullptr ? std::string(row->name)
                        : fmt::format("notify {}", std::to_underlying(type));
}

auto list_of(const std::vector<sa::Proposal>& proposals) -> std::string {
  std::string list;
  for (const auto& proposal : proposals) {
    list += (list.empty() ? "" : ", ") + sa::to_text(proposal);
  }
  return list;
}

auto answer_frame(const Exchange& exchange) noexcept -> std::size_t {
  return exchange.response.tries.empty() ? exchange.first_frame()
                                         : exchange.response.tries.front().frame;
}

}  // namespace esplanade::ike::explain
