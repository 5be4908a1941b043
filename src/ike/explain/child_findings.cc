#include "ike/explain/child_offers.h"
#include "ike/explain/findings.h"
#include "ike/negotiate/closest.h"
#include "ike/negotiate/setting.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::explain {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using negotiate::KeyExchangeRule;
using Proposals = std::vector<sa::Proposal>;

struct Refused {
  const Exchange& exchange;
  ChildOffer offer;
  Role asker{};
};

auto rule_of(const Exchange& exchange) -> KeyExchangeRule {
  return exchange.type == ExchangeType::ike_auth ? KeyExchangeRule::ignored
                                                 : KeyExchangeRule::as_offered;
}

auto finding_of(const Refused& refused, Topic topic) -> Finding {
  return {.level = Level::error,
          .topic = topic,
          .frame = answer_frame(refused.exchange),
          .why = {},
          .hint = {},
          .line = {}};
}

auto answered_text(const Refused& refused, const Subject& subject) -> std::string {
  return fmt::format("{} answered {}", subject.sides.name(other(refused.asker)),
                     name_of(refused.exchange.error()->type));
}

auto is_for_us(const Refused& refused, const Subject& subject) -> bool {
  return subject.sides.is_ours(other(refused.asker));
}

// --- proposals -----------------------------------------------------------------------------------

/// Of our children the one whose proposals come closest to what they asked for.
struct Closest {
  const policy::ChildPolicy* child = nullptr;
  negotiate::ProposalMismatch mismatch;
};

auto setting_of(const Refused& refused) -> std::string_view {
  return negotiate::setting_of(refused.offer.proposals);
}

auto closest_child(const Refused& refused, const policy::Connection& connection) -> Closest {
  Closest closest;
  for (const auto& child : connection.children) {
    auto chosen =
        negotiate::select(refused.offer.proposals, child.proposals, rule_of(refused.exchange));
    if (chosen) return {.child = &child, .mismatch = {}};
    const bool is_closer = closest.child == nullptr ||
                           chosen.error().differences.size() < closest.mismatch.differences.size();
    if (is_closer) closest = {.child = &child, .mismatch = std::move(chosen).error()};
  }
  return closest;
}

void judge_proposals(const Refused& refused, const Subject& subject, Finding& finding) {
  const auto& connection = *subject.sides.ours->connection;
  const auto closest = closest_child(refused, connection);
  finding.line = closest.child == nullptr ? connection.line : closest.child->proposals_line;
  finding.hint = fmt::format("make {} fit on either side", setting_of(refused));
  if (closest.child == nullptr) {
    finding.why = fmt::format("connection {} has no child", connection.name);
  } else if (closest.mismatch.ours.empty()) {
    finding.why =
        fmt::format("{}, but {} of child {} allow what they offer", answered_text(refused, subject),
                    setting_of(refused), closest.child->name);
    finding.hint = "the daemon runs by another configuration than this: reload it";
  } else {
    finding.why = closest.mismatch.to_sentence(subject.sides.voices(refused.asker));
  }
}

auto has_group(const Proposals& proposals) -> bool {
  return !negotiate::key_exchange_methods(proposals).empty();
}

/// IKE_AUTH makes the first child without a key exchange, whatever is configured: what differs
/// shows when it is rekeyed.
auto pfs_hint(const Refused& refused) -> std::string {
  if (refused.exchange.type != ExchangeType::create_child_sa) {
    return fmt::format("compare {} of both ends", setting_of(refused));
  }
  const auto* const what = has_group(refused.offer.proposals)
                               ? "this asks for PFS, which the other may not have"
                               : "this asks for no PFS, which the other may want";
  return fmt::format("{}: the group (the last word of {}) must be on both sides, or on neither",
                     what, setting_of(refused));
}

void refused_proposals(const Refused& refused, const Subject& subject, Findings& to) {
  auto finding = finding_of(refused, Topic::proposals);
  const auto theirs = own_child_offer(subject, other(refused.asker));
  const auto chosen = theirs ? negotiate::select(refused.offer.proposals, theirs->proposals,
                                                 rule_of(refused.exchange))
                             : std::expected<sa::Proposal, negotiate::ProposalMismatch>();
  if (is_for_us(refused, subject)) {
    judge_proposals(refused, subject, finding);
  } else if (!chosen) {
    finding.why = chosen.error().to_sentence(subject.sides.voices(refused.asker));
    finding.hint = fmt::format("make {} fit on either side", setting_of(refused));
  } else {
    finding.why = fmt::format("{}: it has none of the {} proposals of {} ({})",
                              answered_text(refused, subject),
                              negotiate::protocol_word(refused.offer.proposals),
                              subject.sides.name(refused.asker), list_of(refused.offer.proposals));
    finding.hint = pfs_hint(refused);
  }
  if (finding.line.file.empty() && subject.sides.is_ours(refused.asker) &&
      !subject.sides.ours->connection->children.empty()) {
    finding.line = subject.sides.ours->connection->children.front().proposals_line;
  }
  to.push_back(std::move(finding));
}

// --- selectors -----------------------------------------------------------------------------------

auto allowed_by(const policy::ChildPolicy& child, const Refused& refused, const Subject& subject)
    -> negotiate::Offer {
  const auto& conversation = subject.conversation;
  const bool is_initiators = refused.asker == Role::initiator;
  const auto& asker = is_initiators ? conversation.initiator() : conversation.responder();
  const auto& us = is_initiators ? conversation.responder() : conversation.initiator();
  return {.ts_i = negotiate::concrete(child.theirs, asker.address),
          .ts_r = negotiate::concrete(child.ours, us.address)};
}

void judge_selectors(const Refused& refused, const Subject& subject, Finding& finding) {
  const auto& connection = *subject.sides.ours->connection;
  finding.line = connection.line;
  finding.why = fmt::format("connection {} has no child", connection.name);
  finding.hint = "make remote_ts and local_ts the mirror of the peer's";
  for (const auto& child : connection.children) {
    const auto narrowed =
        negotiate::narrow(refused.offer.selectors, allowed_by(child, refused, subject));
    if (narrowed) {
      finding.why = fmt::format("{}, but child {} allows what they ask for",
                                answered_text(refused, subject), child.name);
      finding.hint = "the daemon runs by another configuration than this: reload it";
      finding.line = child.line;
      return;
    }
    finding.why = narrowed.error().to_sentence(subject.sides.voices(refused.asker));
    finding.line = narrowed.error().ts_i_fits ? child.ours_line : child.theirs_line;
  }
}

void refused_selectors(const Refused& refused, const Subject& subject, Findings& to) {
  auto finding = finding_of(refused, Topic::selectors);
  const auto& asked = refused.offer.selectors;
  const auto theirs = own_child_offer(subject, other(refused.asker));
  // What the other asks for when it begins is what it allows, seen from the other side.
  const auto narrowed = theirs ? negotiate::narrow(asked, {.ts_i = theirs->selectors.ts_r,
                                                           .ts_r = theirs->selectors.ts_i})
                               : std::expected<negotiate::Narrowed, negotiate::SelectorMismatch>();
  if (is_for_us(refused, subject)) {
    judge_selectors(refused, subject, finding);
    return to.push_back(std::move(finding));
  }
  finding.hint = "make local_ts and remote_ts the mirror of the other end's";
  finding.why =
      narrowed ? fmt::format("{}: it does not allow {} === {}", answered_text(refused, subject),
                             negotiate::to_text(asked.ts_i), negotiate::to_text(asked.ts_r))
               : narrowed.error().to_sentence(subject.sides.voices(refused.asker));
  if (subject.sides.is_ours(refused.asker) && !subject.sides.ours->connection->children.empty()) {
    finding.line = subject.sides.ours->connection->children.front().ours_line;
  }
  to.push_back(std::move(finding));
}

void found_narrower(const Refused& asked, const Subject& subject, Findings& to) {
  const auto& payloads = asked.exchange.response.payloads;
  const auto* const ts_i = wire::find_ts(payloads, true);
  const auto* const ts_r = wire::find_ts(payloads, false);
  if (ts_i == nullptr || ts_r == nullptr) return;
  const auto& offered = asked.offer.selectors;
  if (negotiate::is_subset(offered.ts_i, ts_i->selectors) &&
      negotiate::is_subset(offered.ts_r, ts_r->selectors)) {
    return;
  }
  to.push_back(
      {.level = Level::info,
       .topic = Topic::selectors,
       .frame = answer_frame(asked.exchange),
       .why = fmt::format("{} asked for {} === {}, {} gave {} === {}",
                          subject.sides.name(asked.asker), negotiate::to_text(offered.ts_i),
                          negotiate::to_text(offered.ts_r), subject.sides.name(other(asked.asker)),
                          negotiate::to_text(ts_i->selectors), negotiate::to_text(ts_r->selectors)),
       .hint = "what was left out is not carried: make both ends' selectors the same",
       .line = {}});
}

// --- the rest ------------------------------------------------------------------------------------

/// Said in passing, by those who will ask again: a group, a moment.
auto is_harmless(NotifyType type) -> bool {
  return type == NotifyType::temporary_failure || type == NotifyType::invalid_ke_payload ||
         type == NotifyType::child_sa_not_found;
}

void other_refusal(const Refused& refused, const Subject& subject, Findings& to) {
  auto finding = finding_of(refused, Topic::proposals);
  const auto type = refused.exchange.error()->type;
  if (type == NotifyType::authentication_failed) return;  // of IKE_AUTH as a whole
  finding.why = answered_text(refused, subject);
  if (is_harmless(type)) finding.level = Level::info;
  if (type == NotifyType::no_additional_sas) {
    finding.hint = "that end takes one child SA only, and wants a new IKE SA for each";
  }
  if (type == NotifyType::failed_cp_required || type == NotifyType::internal_address_failure) {
    finding.hint = "that end hands out addresses and wants to be asked for one";
  }
  to.push_back(std::move(finding));
}

void judge(const Refused& refused, const Subject& subject, Findings& to) {
  const auto* const error = refused.exchange.error();
  if (error == nullptr) return found_narrower(refused, subject, to);
  if (error->type == NotifyType::no_proposal_chosen) return refused_proposals(refused, subject, to);
  if (error->type == NotifyType::ts_unacceptable ||
      error->type == NotifyType::single_pair_required) {
    return refused_selectors(refused, subject, to);
  }
  other_refusal(refused, subject, to);
}

}  // namespace

void find_in_children(const Subject& subject, Findings& to) {
  for (const auto& exchange : subject.conversation.exchanges()) {
    auto offer = child_offer_of(exchange);
    if (!offer || exchange.response.tries.empty() || !exchange.response.is_whole()) continue;
    judge({.exchange = exchange, .offer = *std::move(offer), .asker = asker_of(exchange)}, subject,
          to);
  }
}

}  // namespace esplanade::ike::explain
