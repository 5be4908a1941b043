#include "ike/session/child/children.h"

#include "core/endian.h"
#include "core/writer.h"
#include "ike/negotiate/setting.h"
#include "ike/session/nonce.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using iana::NotifyType;
using negotiate::KeyExchangeRule;

auto spi_octets(core::Spi spi) -> core::Bytes {
  core::Bytes octets(4);
  core::Writer{octets}.u32(std::to_underlying(spi));
  return octets;
}

auto spi_of(core::View octets) -> std::optional<core::Spi> {
  if (octets.size() != 4) return std::nullopt;
  const auto spi = core::Spi{core::load_be<std::uint32_t>(octets, 0)};
  // 0 is never sent, 1 to 255 are reserved (RFC 4303, 2.1).
  return std::to_underlying(spi) > 255 ? std::optional(spi) : std::nullopt;
}

auto refuse(NotifyType type, Reason reason, core::Bytes data = {}) -> std::unexpected<Refusal> {
  return std::unexpected(
      Refusal{.type = type, .data = std::move(data), .reason = std::move(reason)});
}

/// AH covers the addresses that a NAT changes (RFC 4302, 3.3.3.1.1) and stands in no UDP: its
/// packets would arrive nowhere, or be refused there.
auto lost_in_nat(const IkeSa& sa, const policy::ChildPolicy& policy, sa::Protocol protocol)
    -> std::optional<Refusal> {
  if (protocol != sa::Protocol::ah || !sa.nat.any()) return std::nullopt;
  return Refusal{
      .type = NotifyType::no_proposal_chosen,
      .data = {},
      .reason = {.why = "there is a NAT between the peer and us, and AH does not pass it",
                 .hint = "use esp_proposals on both sides",
                 .line = policy.proposals_line}};
}

void append(wire::Payloads& to, wire::Payloads&& more) {
  for (auto& payload : more) to.push_back(std::move(payload));
}

auto ts(bool is_initiator, const negotiate::Selectors& selectors) -> wire::TsPayload {
  return {.is_initiator = is_initiator, .selectors = selectors, .unknown = 0};
}

auto notify_of(NotifyType type) -> wire::NotifyPayload {
  return {.protocol = {}, .spi = {}, .type = type, .data = {}};
}

/// Fragments but the first, which show no ports, need to be agreed upon only where ports matter;
/// and no fragment goes in transport mode (RFC 4301, 7).
auto needs_later_fragments(sa::Mode mode, const negotiate::Offer& selectors) -> bool {
  const auto has_ports = [](const sa::TrafficSelector& one) { return !one.ports.is_any(); };
  return mode == sa::Mode::tunnel && (std::ranges::any_of(selectors.ts_i, has_ports) ||
                                      std::ranges::any_of(selectors.ts_r, has_ports));
}

/// RFC 7296, 1.3.1: who says nothing takes packets with TFC padding.
auto takes_padding(const wire::Payloads& payloads) -> bool {
  return wire::find_notify(payloads, NotifyType::esp_tfc_padding_not_supported) == nullptr;
}

auto offered_selectors(const wire::Payloads& payloads) -> negotiate::Offer {
  const auto* i = wire::find_ts(payloads, true);
  const auto* r = wire::find_ts(payloads, false);
  return {.ts_i = i != nullptr ? i->selectors : negotiate::Selectors{},
          .ts_r = r != nullptr ? r->selectors : negotiate::Selectors{}};
}

/// In transport mode across a NAT, addresses are replaced by those the packets really bear
/// (RFC 7296, 2.23.1). Only where one address stands, for there is nothing else it could mean.
void substitute(negotiate::Selectors& selectors, const net::Address& seen) {
  for (auto& selector : selectors) {
    if (selector.addresses.first() != selector.addresses.last()) continue;
    selector.addresses = net::Range(seen, seen);
  }
}

/// A packet's, unless nothing else is offered anyway.
void put_first(const sa::TrafficSelector& packets, negotiate::Selectors& selectors) {
  if (selectors != negotiate::Selectors{packets}) selectors.insert(selectors.begin(), packets);
}

struct Ends {
  negotiate::Selectors& ours;
  negotiate::Selectors& theirs;
};

/// What the peer's checksums are made over: the addresses of its selectors, before any NAT.
auto addresses_sent(const Ends& ends) -> std::optional<sa::AddressesSent> {
  const auto single = [](const negotiate::Selectors& selectors) -> std::optional<net::Address> {
    for (const auto& selector : selectors) {
      const auto& range = selector.addresses;
      if (range.first() == range.last()) return range.first();
    }
    return std::nullopt;
  };
  const auto src = single(ends.theirs);
  const auto dst = single(ends.ours);
  if (!src || !dst || src->family() != dst->family()) return std::nullopt;
  return sa::AddressesSent{.src = *src, .dst = *dst};
}

/// Returns what the peer has sent, where that may differ now.
auto substitute_behind_nat(const IkeSa& sa, const Ends& ends) -> std::optional<sa::AddressesSent> {
  if (!sa.nat.any()) return std::nullopt;
  const auto sent = addresses_sent(ends);
  if (sa.nat.is_theirs) substitute(ends.theirs, sa.path.theirs.address);
  if (sa.nat.is_ours) substitute(ends.ours, sa.path.ours.address);
  return sent;
}

}  // namespace

auto make_offer(const IkeSa& sa, const policy::ChildPolicy& policy, const Wish& wish,
                KeyExchangeRule rule, Context& context) -> ChildOffer {
  ChildOffer offer;
  offer.policy = &policy;
  offer.inbound = context.env.spis.reserve(context.env.random);
  offer.proposals = negotiate::offer(policy.proposals, rule, spi_octets(offer.inbound));
  auto [ours, theirs] =
      policy::populated({.ours = negotiate::concrete(policy.ours, sa.path.ours.address),
                         .theirs = negotiate::concrete(policy.theirs, sa.path.theirs.address)},
                        wish.populated);
  offer.selectors = {.ts_i = std::move(ours), .ts_r = std::move(theirs)};
  offer.populated = wish.populated;
  offer.has_later_fragments = needs_later_fragments(policy.mode, offer.selectors);
  if (wish.packet) {
    put_first(wish.packet->ours, offer.selectors.ts_i);
    put_first(wish.packet->theirs, offer.selectors.ts_r);
  }
  offer.is_transport = policy.mode == sa::Mode::transport;
  return offer;
}

void withdraw(const ChildOffer& offer, Context& context) {
  context.env.spis.release(offer.inbound);
}

void append_offer(const ChildOffer& offer, wire::Payloads between, wire::Payloads& to) {
  if (offer.is_transport) to.emplace_back(notify_of(NotifyType::use_transport_mode));
  to.emplace_back(wire::SaPayload{offer.proposals});
  append(to, std::move(between));
  to.emplace_back(ts(true, offer.selectors.ts_i));
  to.emplace_back(ts(false, offer.selectors.ts_r));
  if (offer.has_later_fragments) {
    to.emplace_back(notify_of(NotifyType::non_first_fragments_also));
  }
}

void append_answer(const Agreement& agreement, wire::Payloads between, wire::Payloads& to) {
  if (agreement.mode == sa::Mode::transport) {
    to.emplace_back(notify_of(NotifyType::use_transport_mode));
  }
  to.emplace_back(wire::SaPayload{{agreement.chosen}});
  append(to, std::move(between));
  to.emplace_back(ts(true, agreement.theirs));
  to.emplace_back(ts(false, agreement.ours));
  if (agreement.has_later_fragments) {
    to.emplace_back(notify_of(NotifyType::non_first_fragments_also));
  }
  if (agreement.has_alternatives) {
    to.emplace_back(notify_of(NotifyType::additional_ts_possible));
  }
}

namespace {

/// Why selectors that answer `offer` cannot be taken.
auto find_fault(const negotiate::Offer& answered, const ChildOffer& offer)
    -> std::optional<Refusal> {
  const auto unacceptable = [&](std::string why) {
    return Refusal{.type = NotifyType::ts_unacceptable,
                   .data = {},
                   .reason = {.why = std::move(why), .hint = {}, .line = offer.policy->line}};
  };
  const auto& [i, r] = answered;
  if (i.empty() || r.empty() || !negotiate::is_subset(i, offer.selectors.ts_i) ||
      !negotiate::is_subset(r, offer.selectors.ts_r)) {
    return unacceptable(fmt::format("the peer answers with selectors we did not offer: {} === {}",
                                    negotiate::to_text(i), negotiate::to_text(r)));
  }
  if (!negotiate::are_ports_of_protocols(i) || !negotiate::are_ports_of_protocols(r)) {
    return unacceptable("the peer answers with ports of no protocol (RFC 4301, 7.2)");
  }
  return std::nullopt;
}

}  // namespace

auto accept_answer(const IkeSa& sa, const ChildOffer& offer, const wire::Payloads& answer,
                   KeyExchangeRule rule) -> std::expected<Agreement, Refusal> {
  const auto* payload = wire::find<wire::SaPayload>(answer);
  const auto& policy = *offer.policy;
  if (payload == nullptr || payload->proposals.size() != 1 ||
      !negotiate::is_among(payload->proposals.front(), offer.proposals, rule)) {
    return refuse(
        NotifyType::no_proposal_chosen,
        {.why = "the peer chose what we did not offer", .hint = {}, .line = policy.proposals_line});
  }
  const auto& chosen = payload->proposals.front();
  const auto outbound = spi_of(chosen.spi);
  const auto suite = keys::child_suite_of(chosen);
  if (!outbound || !suite) {
    return refuse(NotifyType::invalid_syntax,
                  {.why = "the peer's choice has no valid SPI", .hint = {}, .line = policy.line});
  }
  if (auto lost = lost_in_nat(sa, policy, suite->protocol))
    return std::unexpected(*std::move(lost));
  const bool is_transport =
      wire::find_notify(answer, NotifyType::use_transport_mode) != nullptr && offer.is_transport;
  if (offer.is_transport && !is_transport) {
    return refuse(NotifyType::no_proposal_chosen,
                  {.why = "the peer declines transport mode",
                   .hint = "set `mode = tunnel` here, or transport mode there",
                   .line = policy.line});
  }
  auto selectors = offered_selectors(answer);
  std::optional<sa::AddressesSent> before_nat;
  if (is_transport) {
    before_nat = substitute_behind_nat(sa, {.ours = selectors.ts_i, .theirs = selectors.ts_r});
  }
  if (auto refusal = find_fault(selectors, offer)) return std::unexpected(*std::move(refusal));
  const bool has_later_fragments =
      offer.has_later_fragments &&
      wire::find_notify(answer, NotifyType::non_first_fragments_also) != nullptr;
  return Agreement{.policy = &policy,
                   .suite = *suite,
                   .chosen = chosen,
                   .inbound = offer.inbound,
                   .outbound = *outbound,
                   .mode = is_transport ? sa::Mode::transport : sa::Mode::tunnel,
                   .ours = std::move(selectors.ts_i),
                   .theirs = std::move(selectors.ts_r),
                   .populated = offer.populated,
                   .before_nat = before_nat,
                   .has_later_fragments = has_later_fragments,
                   .takes_padding = takes_padding(answer)};
}

namespace {

/// One child policy against an offer.
class Candidate {
 public:
  Candidate(const IkeSa& sa, const wire::Payloads& offer, KeyExchangeRule rule,
            const Child* replaces)
      : sa_(sa),
        replaces_(replaces),
        offered_(wire::find<wire::SaPayload>(offer)->proposals),
        selectors_(offered_selectors(offer)),
        wants_transport_(wire::find_notify(offer, NotifyType::use_transport_mode) != nullptr),
        wants_later_fragments_(wire::find_notify(offer, NotifyType::non_first_fragments_also) !=
                               nullptr),
        takes_padding_(takes_padding(offer)),
        rule_(rule) {
    if (const auto* ke = wire::find<wire::KePayload>(offer)) prefer_ = ke->method;
  }

  [[nodiscard]] auto try_policy(const policy::ChildPolicy& policy) const
      -> std::expected<Agreement, Refusal> {
    const bool is_transport = wants_transport_ && policy.mode == sa::Mode::transport;
    auto offered = selectors_;
    std::optional<sa::AddressesSent> before_nat;
    if (is_transport) {
      before_nat = substitute_behind_nat(sa_, {.ours = offered.ts_r, .theirs = offered.ts_i});
    }
    auto narrowed = narrow(offered, policy);
    if (!narrowed) {
      return refuse(NotifyType::ts_unacceptable,
                    {.why = narrowed.error().to_sentence(),
                     .hint = narrowed.error().ts_r_fits ? "make remote_ts fit what they ask for"
                                                        : "make local_ts fit what they ask for",
                     .line = narrowed.error().ts_r_fits ? policy.theirs_line : policy.ours_line});
    }
    const auto chosen = negotiate::select(offered_, policy.proposals, rule_, prefer_);
    if (!chosen) {
      return refuse(NotifyType::no_proposal_chosen,
                    {.why = chosen.error().to_sentence(),
                     .hint = fmt::format("make {} fit", negotiate::setting_of(policy.proposals)),
                     .line = policy.proposals_line});
    }
    const auto outbound = spi_of(offered_spi(offered_, chosen->number));
    const auto suite = keys::child_suite_of(*chosen);
    if (!outbound || !suite) {
      return refuse(
          NotifyType::invalid_syntax,
          {.why = "the peer's proposal has no valid SPI", .hint = {}, .line = policy.line});
    }
    if (auto lost = lost_in_nat(sa_, policy, suite->protocol)) {
      return std::unexpected(*std::move(lost));
    }
    const auto mode = is_transport ? sa::Mode::transport : sa::Mode::tunnel;
    const auto populated = populated_by(policy, *narrowed);
    const bool has_later_fragments =
        wants_later_fragments_ &&
        needs_later_fragments(mode, {.ts_i = narrowed->ts_i, .ts_r = narrowed->ts_r});
    return Agreement{.policy = &policy,
                     .suite = *suite,
                     .chosen = *chosen,
                     .inbound = {},
                     .outbound = *outbound,
                     .mode = mode,
                     .ours = std::move(narrowed->ts_r),
                     .theirs = std::move(narrowed->ts_i),
                     .populated = populated,
                     .before_nat = before_nat,
                     .has_later_fragments = has_later_fragments,
                     .takes_padding = takes_padding_,
                     .is_whole = narrowed->is_whole};
  }

 private:
  /// What the peer's packet was, if its policy has the flags of ours.
  [[nodiscard]] auto populated_by(const policy::ChildPolicy& policy,
                                  const negotiate::Narrowed& narrowed) const -> policy::Populated {
    if (replaces_ != nullptr) return replaces_->populated;
    if (narrowed.ts_r.size() != 1 || narrowed.ts_i.size() != 1) return {};
    return policy::populate(policy.populate, narrowed.ts_r.front(), narrowed.ts_i.front());
  }
  [[nodiscard]] auto narrow(const negotiate::Offer& offered,
                            const policy::ChildPolicy& policy) const
      -> std::expected<negotiate::Narrowed, negotiate::SelectorMismatch> {
    // A child of one host's packets does not become everybody's by being rekeyed.
    if (replaces_ != nullptr && policy.populate.any()) {
      return negotiate::narrow(offered, {.ts_i = replaces_->theirs, .ts_r = replaces_->ours});
    }
    return negotiate::narrow(offered,
                             {.ts_i = negotiate::concrete(policy.theirs, sa_.path.theirs.address),
                              .ts_r = negotiate::concrete(policy.ours, sa_.path.ours.address)});
  }

  const IkeSa& sa_;
  const Child* replaces_;
  const std::vector<sa::Proposal>& offered_;
  negotiate::Offer selectors_;
  bool wants_transport_;
  bool wants_later_fragments_;
  bool takes_padding_;
  KeyExchangeRule rule_;
  std::optional<iana::KeyExchangeId> prefer_;
};

/// The better of two refusals to tell: the one that came further.
auto is_nearer(const Refusal& a, const Refusal& b) -> bool {
  return a.type == NotifyType::no_proposal_chosen && b.type == NotifyType::ts_unacceptable;
}

auto finish(Agreement agreement, Context& context) -> Agreement {
  agreement.inbound = context.env.spis.reserve(context.env.random);
  agreement.chosen.spi = spi_octets(agreement.inbound);
  return agreement;
}

}  // namespace

auto answer_offer(const IkeSa& sa, const wire::Payloads& offer, KeyExchangeRule rule,
                  const Child* replaces, Context& context) -> std::expected<Agreement, Refusal> {
  const Candidate candidate(sa, offer, rule, replaces);
  auto best = Refusal{
      .type = NotifyType::ts_unacceptable,
      .data = {},
      .reason = {
          .why = "the connection has no children", .hint = "add one", .line = sa.connection->line}};
  std::optional<Agreement> narrower;
  bool is_first = true;
  for (const auto& policy : sa.connection->children) {
    if (replaces != nullptr && policy.name != replaces->name) continue;
    auto agreement = candidate.try_policy(policy);
    if (agreement && agreement->is_whole) return finish(*std::move(agreement), context);
    if (!agreement && (is_first || is_nearer(agreement.error(), best))) {
      best = std::move(agreement).error();
    } else if (agreement && narrower) {
      narrower->has_alternatives = true;
    } else if (agreement) {
      narrower = *std::move(agreement);
    }
    is_first = false;
  }
  if (narrower) return finish(*std::move(narrower), context);
  return std::unexpected(std::move(best));
}

}  // namespace esplanade::ike::session
