#include "ike/explain/claims.h"

#include <algorithm>

namespace esplanade::ike::explain {
namespace {

using iana::ExchangeType;
using iana::NotifyType;

/// The longest message that holds one notify, with the longest IV, padding and ICV there are; the
/// shortest with IDr, AUTH, SA, TSi and TSr has twice as many octets.
constexpr std::uint32_t longest_refusal = 112;

auto has_failed(const wire::Payloads& payloads) -> bool {
  return wire::find_notify(payloads, NotifyType::authentication_failed) != nullptr;
}

auto is_answered(const Exchange& exchange) -> bool { return !exchange.response.tries.empty(); }

}  // namespace

auto claim_of(const Conversation& conversation, Role role) -> std::optional<Claim> {
  for (const auto& exchange : conversation.exchanges()) {
    const bool is_initiator = role == Role::initiator;
    const auto& saying = is_initiator ? exchange.request : exchange.response;
    if (exchange.type != ExchangeType::ike_auth || !saying.is_whole()) continue;
    Claim claim{.id = wire::find_id(saying.payloads, is_initiator),
                .wanted = is_initiator ? wire::find_id(saying.payloads, false) : nullptr,
                .auth = wire::find<wire::AuthPayload>(saying.payloads),
                .certificates = {},
                .leg = &saying.tries.back()};
    if (claim.id == nullptr) continue;
    for (const auto& payload : saying.payloads) {
      const auto* const certificate = std::get_if<wire::CertPayload>(&payload);
      if (certificate != nullptr) claim.certificates.push_back(certificate);
    }
    return claim;
  }
  return std::nullopt;
}

auto refusal_of(const Conversation& conversation, Role role) -> std::optional<std::size_t> {
  for (const auto& exchange : conversation.exchanges()) {
    // The responder refuses by its answer; the initiator, who has no answer left, by a request.
    const bool is_auth = exchange.type == ExchangeType::ike_auth && role == Role::initiator;
    if (is_auth && is_answered(exchange) && has_failed(exchange.response.payloads)) {
      return exchange.response.tries.front().frame;
    }
    const bool is_word = exchange.type == ExchangeType::informational &&
                         asker_of(exchange) == other(role) && !exchange.request.tries.empty();
    if (is_word && has_failed(exchange.request.payloads)) {
      return exchange.request.tries.front().frame;
    }
  }
  return std::nullopt;
}

auto is_short_refusal(const Exchange& exchange) noexcept -> bool {
  return exchange.type == ExchangeType::ike_auth && is_answered(exchange) &&
         exchange.response.sight == Sight::closed && exchange.message_id == 1 &&
         exchange.response.tries.front().length <= longest_refusal &&
         !exchange.response.tries.front().is_ike_fragment;
}

}  // namespace esplanade::ike::explain
