#include "ike/explain/conversation.h"

#include <algorithm>

namespace esplanade::ike::explain {
namespace {

using iana::ExchangeType;

/// A long capture has many INFORMATIONAL exchanges, and none of them tells much.
constexpr std::size_t most_exchanges = 2048;
/// Tries of one message.
constexpr std::size_t most_tries = 256;

auto fragment_of(const Sighting& sighting) -> const wire::SkfPayload* {
  return wire::find<wire::SkfPayload>(sighting.payloads);
}

/// Is it a try of its own, or a later piece of one?
auto begins_message(const Sighting& sighting) -> bool {
  const auto* const fragment = fragment_of(sighting);
  return fragment == nullptr || fragment->number <= 1;
}

auto leg_of(const Sighting& sighting) -> Leg {
  return {.frame = sighting.frame,
          .at = sighting.at,
          .from = sighting.from,
          .to = sighting.to,
          .size = sighting.size,
          .length = sighting.header.length,
          .is_ip_fragment = sighting.is_ip_fragment,
          .is_ike_fragment = fragment_of(sighting) != nullptr};
}

void hear(Saying& saying, const Sighting& sighting) {
  if (begins_message(sighting) && saying.tries.size() < most_tries) {
    saying.tries.push_back(leg_of(sighting));
  }
  // What was once seen whole is not forgotten for a copy that was not.
  if (saying.is_whole() || sighting.payloads.empty()) return;
  saying.payloads = sighting.payloads;
  saying.sight = sighting.sight;
}

/// Requests of IKE_SA_INIT have one message ID, and differ in what they say.
auto is_same_request(const Exchange& exchange, const Sighting& sighting) -> bool {
  if (exchange.type != ExchangeType::ike_sa_init || exchange.request.tries.empty()) return true;
  return exchange.request.payloads == sighting.payloads;
}

}  // namespace

auto Saying::largest() const noexcept -> std::size_t {
  std::size_t size = 0;
  for (const auto& leg : tries) size = std::max(size, leg.size);
  return size;
}

auto Exchange::first_frame() const noexcept -> std::size_t {
  if (request.tries.empty()) return response.tries.empty() ? 0 : response.tries.front().frame;
  return request.tries.front().frame;
}

Conversation::Conversation(const Sighting& first)
    : spis_(first.header.spis),
      major_version_(first.header.major_version),
      first_frame_(first.frame) {
  const bool is_ours = first.header.is_from_initiator;
  // IKEv1 has no such flag; who is seen first has begun.
  const bool is_from_initiator = is_ours || major_version_ != 2;
  initiator_ = is_from_initiator ? first.from : first.to;
  responder_ = is_from_initiator ? first.to : first.from;
  add(first);
}

auto Conversation::has(const wire::Header& header) const noexcept -> bool {
  const bool has_no_r = spis_.r == IkeSpi{} || header.spis.r == IkeSpi{};
  return header.spis.i == spis_.i && (has_no_r || header.spis.r == spis_.r) &&
         header.major_version == major_version_;
}

void Conversation::add(const Sighting& sighting) {
  last_frame_ = sighting.frame;
  ++messages_;
  if (spis_.r == IkeSpi{}) spis_.r = sighting.header.spis.r;
  if (major_version_ != 2) return;
  auto* const exchange = exchange_of(sighting);
  if (exchange == nullptr) {
    ++left_out_;
    return;
  }
  hear(sighting.header.is_response ? exchange->response : exchange->request, sighting);
}

/// The one it belongs to, or a new one; nullptr where there are too many.
auto Conversation::exchange_of(const Sighting& sighting) -> Exchange* {
  const auto& header = sighting.header;
  const bool is_from_initiator = header.is_from_initiator != header.is_response;
  const auto it = std::find_if(exchanges_.rbegin(), exchanges_.rend(), [&](const Exchange& one) {
    return one.type == header.exchange && one.message_id == header.message_id &&
           one.is_from_initiator == is_from_initiator &&
           (header.is_response || is_same_request(one, sighting));
  });
  if (it != exchanges_.rend()) return &*it;
  if (exchanges_.size() == most_exchanges) return nullptr;
  exchanges_.push_back({.type = header.exchange,
                        .message_id = header.message_id,
                        .is_from_initiator = is_from_initiator,
                        .request = {},
                        .response = {}});
  return &exchanges_.back();
}

auto Conversation::last_answered(ExchangeType type) const noexcept -> const Exchange* {
  const auto it = std::find_if(exchanges_.rbegin(), exchanges_.rend(), [type](const auto& one) {
    return one.type == type && !one.response.tries.empty();
  });
  return it == exchanges_.rend() ? nullptr : &*it;
}

auto Conversation::last_asked(ExchangeType type) const noexcept -> const Exchange* {
  const auto it = std::find_if(exchanges_.rbegin(), exchanges_.rend(), [type](const auto& one) {
    return one.type == type && !one.request.tries.empty();
  });
  return it == exchanges_.rend() ? nullptr : &*it;
}

}  // namespace esplanade::ike::explain
