#include "ike/explain/child_offers.h"

namespace esplanade::ike::explain {
namespace {

auto address_of(const Conversation& conversation, Role role) -> const net::Address& {
  return role == Role::initiator ? conversation.initiator().address
                                 : conversation.responder().address;
}

}  // namespace

auto child_offer_of(const Exchange& exchange) -> std::optional<ChildOffer> {
  const auto& request = exchange.request;
  if (exchange.type == iana::ExchangeType::ike_sa_init || !request.is_whole()) return std::nullopt;
  const auto* const sa = wire::find<wire::SaPayload>(request.payloads);
  const auto* const ts_i = wire::find_ts(request.payloads, true);
  const auto* const ts_r = wire::find_ts(request.payloads, false);
  if (sa == nullptr || ts_i == nullptr || ts_r == nullptr) return std::nullopt;
  return ChildOffer{.proposals = sa->proposals,
                    .selectors = {.ts_i = ts_i->selectors, .ts_r = ts_r->selectors}};
}

auto own_child_offer(const Subject& subject, Role end) -> std::optional<ChildOffer> {
  const auto& us = address_of(subject.conversation, end);
  const auto& them = address_of(subject.conversation, other(end));
  std::optional<ChildOffer> found;
  for (const auto& conversation : subject.knowledge.conversations) {
    for (const auto& exchange : conversation.exchanges()) {
      const auto asker = asker_of(exchange);
      if (address_of(conversation, asker) != us) continue;
      if (address_of(conversation, other(asker)) != them) continue;
      if (auto offer = child_offer_of(exchange)) found = std::move(offer);
    }
  }
  return found;
}

}  // namespace esplanade::ike::explain
