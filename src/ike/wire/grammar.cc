// Which payloads an exchange may and must have (RFC 7296, appendix C).
#include "ike/wire/message.h"

#include <array>

namespace esplanade::ike::wire {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using iana::PayloadType;
using enum iana::ExchangeType;

enum class Way : std::uint8_t { request, response, both };

struct Rule {
  ExchangeType exchange;
  Way way;
  PayloadType type;
  std::size_t min;
  std::size_t max;
};

// Only the number of payloads of a message bounds it.
constexpr std::size_t many = 255;

// An IKE_AUTH exchange is one of several where EAP or a second authentication is in use, and a
// Child SA may be left out (RFC 6023): what must be there depends on what came before, which the
// session judges.
constexpr auto rules = std::to_array<Rule>({
    {ike_sa_init, Way::both, PayloadType::sa, 1, 1},
    {ike_sa_init, Way::both, PayloadType::ke, 1, 1},
    {ike_sa_init, Way::both, PayloadType::nonce, 1, 1},
    {ike_sa_init, Way::both, PayloadType::cert_req, 0, many},
    {ike_sa_init, Way::both, PayloadType::notify, 0, many},
    {ike_sa_init, Way::both, PayloadType::vendor_id, 0, many},

    {ike_auth, Way::request, PayloadType::id_i, 0, 1},
    {ike_auth, Way::both, PayloadType::id_r, 0, 1},
    {ike_auth, Way::both, PayloadType::cert, 0, many},
    {ike_auth, Way::both, PayloadType::cert_req, 0, many},
    {ike_auth, Way::both, PayloadType::auth, 0, 1},
    {ike_auth, Way::both, PayloadType::eap, 0, 1},
    {ike_auth, Way::both, PayloadType::cp, 0, 1},
    {ike_auth, Way::both, PayloadType::sa, 0, 1},
    {ike_auth, Way::both, PayloadType::ts_i, 0, 1},
    {ike_auth, Way::both, PayloadType::ts_r, 0, 1},
    {ike_auth, Way::both, PayloadType::notify, 0, many},
    {ike_auth, Way::both, PayloadType::vendor_id, 0, many},

    {create_child_sa, Way::both, PayloadType::sa, 1, 1},
    {create_child_sa, Way::both, PayloadType::nonce, 1, 1},
    {create_child_sa, Way::both, PayloadType::ke, 0, 1},
    {create_child_sa, Way::both, PayloadType::cp, 0, 1},
    {create_child_sa, Way::both, PayloadType::ts_i, 0, 1},
    {create_child_sa, Way::both, PayloadType::ts_r, 0, 1},
    {create_child_sa, Way::both, PayloadType::notify, 0, many},
    {create_child_sa, Way::both, PayloadType::vendor_id, 0, many},

    {informational, Way::both, PayloadType::notify, 0, many},
    {informational, Way::both, PayloadType::delete_, 0, many},
    {informational, Way::both, PayloadType::cp, 0, 1},
    {informational, Way::both, PayloadType::vendor_id, 0, many},
});

/// What cannot come without the other (RFC 7296, 2.9 and 1.2).
struct Pair {
  ExchangeType exchange;
  PayloadType one, other;
};
constexpr auto pairs = std::to_array<Pair>({
    {ike_auth, PayloadType::sa, PayloadType::ts_i},
    {ike_auth, PayloadType::ts_i, PayloadType::ts_r},
    {create_child_sa, PayloadType::ts_i, PayloadType::ts_r},
});

using Counts = std::array<std::size_t, 256>;
using Judgement = std::expected<void, GrammarFault>;

auto fault(PayloadType payload) -> std::unexpected<GrammarFault> {
  return std::unexpected(GrammarFault{.answer = NotifyType::invalid_syntax, .payload = payload});
}

/// IKE2-2.5-06: an unknown payload passes unless its sender calls it critical.
auto check_critical(const Payloads& payloads) -> Judgement {
  for (const auto& payload : payloads) {
    const auto* const unknown = std::get_if<UnknownPayload>(&payload);
    if (unknown == nullptr || !unknown->is_critical) continue;
    return std::unexpected(
        GrammarFault{.answer = NotifyType::unsupported_critical_payload, .payload = unknown->type});
  }
  return {};
}

auto applies(const Rule& rule, ExchangeType exchange, Way way) -> bool {
  return rule.exchange == exchange && (rule.way == Way::both || rule.way == way);
}

auto check_maxima(ExchangeType exchange, Way way, const Payloads& payloads, const Counts& counts)
    -> Judgement {
  for (const auto& payload : payloads) {
    if (std::holds_alternative<UnknownPayload>(payload)) continue;
    const auto type = type_of(payload);
    const auto* const rule = std::ranges::find_if(
        rules, [&](const Rule& one) { return applies(one, exchange, way) && one.type == type; });
    const auto max = rule == rules.end() ? 0 : rule->max;
    if (counts[std::to_underlying(type)] > max) return fault(type);
  }
  return {};
}

auto check_minima(ExchangeType exchange, Way way, const Counts& counts) -> Judgement {
  for (const auto& rule : rules) {
    const bool is_missing = counts[std::to_underlying(rule.type)] < rule.min;
    if (applies(rule, exchange, way) && is_missing) return fault(rule.type);
  }
  for (const auto& [where, one, other] : pairs) {
    const bool has_one = counts[std::to_underlying(one)] != 0;
    const bool has_other = counts[std::to_underlying(other)] != 0;
    if (where == exchange && has_one != has_other) return fault(has_one ? other : one);
  }
  return {};
}

/// A refusal, a cookie or a redirection stands alone (RFC 7296, 2.6 and 2.21; RFC 5685).
auto is_complete_as_it_is(const Payloads& payloads) -> bool {
  return find_error(payloads) != nullptr || find_notify(payloads, NotifyType::cookie) != nullptr ||
         find_notify(payloads, NotifyType::redirect) != nullptr;
}

}  // namespace

auto check_grammar(ExchangeType exchange, bool is_response, const Payloads& payloads)
    -> std::expected<void, GrammarFault> {
  if (auto ok = check_critical(payloads); !ok) return ok;
  const bool is_known = std::ranges::find(rules, exchange, &Rule::exchange) != rules.end();
  if (!is_known) return {};

  Counts counts{};
  for (const auto& payload : payloads) ++counts[std::to_underlying(type_of(payload))];
  const auto way = is_response ? Way::response : Way::request;
  if (auto ok = check_maxima(exchange, way, payloads, counts); !ok) return ok;
  if (is_response && is_complete_as_it_is(payloads)) return {};
  return check_minima(exchange, way, counts);
}

}  // namespace esplanade::ike::wire
