#include "ike/explain/facts.h"

#include "ike/auth/schemes.h"
#include "ike/explain/child_offers.h"
#include "ike/explain/claims.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::explain {
namespace {

using iana::ExchangeType;
using Words = std::vector<std::string>;

/// The same is said once, however often it was sent.
void add(std::vector<Fact>& facts, std::string name, const Words& values) {
  if (values.empty()) return;
  auto it = std::ranges::find(facts, name, &Fact::name);
  if (it == facts.end()) it = facts.insert(facts.end(), {.name = std::move(name), .values = {}});
  for (const auto& value : values) {
    if (std::ranges::find(it->values, value) == it->values.end()) it->values.push_back(value);
  }
}

auto words_of(const wire::Payloads& payloads) -> Words {
  const auto* const sa = wire::find<wire::SaPayload>(payloads);
  Words words;
  if (sa == nullptr) return words;
  for (const auto& proposal : sa->proposals) {
    words.push_back(fmt::format("{} {}", proposal.number, sa::to_text(proposal)));
  }
  return words;
}

auto answers_of(const Exchange& exchange) -> Words {
  if (const auto* const error = exchange.error()) return {name_of(error->type)};
  const bool has_cookie =
      wire::find_notify(exchange.response.payloads, iana::NotifyType::cookie) != nullptr;
  return has_cookie ? Words{"COOKIE"} : Words{};
}

void add_sa_init(const Exchange& exchange, std::vector<Fact>& to) {
  add(to, "initiator_offers", words_of(exchange.request.payloads));
  if (const auto* const ke = wire::find<wire::KePayload>(exchange.request.payloads)) {
    add(to, "initiator_group", {sa::to_text(sa::transform(ke->method))});
  }
  add(to, "responder_chose", words_of(exchange.response.payloads));
  add(to, "responder_answers", answers_of(exchange));
}

auto subjects_of(const Claim& claim) -> Words {
  Words subjects;
  for (const auto* const sent : claim.certificates) {
    const auto certificate = crypto::parse_certificate(sent->data);
    subjects.push_back(certificate ? (*certificate)->subject_text() : "unreadable");
  }
  return subjects;
}

void add_claim(const Conversation& conversation, Role role, std::vector<Fact>& to) {
  const auto claim = claim_of(conversation, role);
  if (!claim) return;
  const std::string who = role == Role::initiator ? "initiator" : "responder";
  add(to, who + "_id", {claim->id->id.to_string()});
  if (claim->wanted != nullptr) add(to, who + "_asks_for", {claim->wanted->id.to_string()});
  if (claim->auth != nullptr) add(to, who + "_proof", {auth::name_of(claim->auth->method)});
  add(to, who + "_certificates", subjects_of(*claim));
}

void add_child(const Exchange& exchange, std::vector<Fact>& to) {
  const auto offer = child_offer_of(exchange);
  if (!offer) return;
  add(to, "child_offers", words_of(exchange.request.payloads));
  add(to, "child_selectors",
      {fmt::format("{} === {}", negotiate::to_text(offer->selectors.ts_i),
                   negotiate::to_text(offer->selectors.ts_r))});
  add(to, "child_chosen", words_of(exchange.response.payloads));
  // A response to IKE_AUTH without AUTH refuses all of it.
  const bool is_about_child = exchange.type != ExchangeType::ike_auth ||
                              wire::find<wire::AuthPayload>(exchange.response.payloads) != nullptr;
  add(to, is_about_child ? "child_answer" : "responder_answers", answers_of(exchange));
}

}  // namespace

auto facts_of(const Conversation& conversation) -> std::vector<Fact> {
  std::vector<Fact> facts;
  for (const auto& exchange : conversation.exchanges()) {
    if (exchange.type == ExchangeType::ike_sa_init) add_sa_init(exchange, facts);
  }
  add_claim(conversation, Role::initiator, facts);
  add_claim(conversation, Role::responder, facts);
  for (const auto& exchange : conversation.exchanges()) add_child(exchange, facts);
  return facts;
}

}  // namespace esplanade::ike::explain
