#include "ike/session/troubles.h"

#include "ike/negotiate/setting.h"
#include "ike/session/establish.h"
#include "ike/session/jitter.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using namespace std::chrono_literals;

using iana::NotifyType;

/// How long after a failed rekeying the next try comes, and how much of it is random.
constexpr core::Duration retry_after = 30s;
constexpr core::Duration retry_jitter = 15s;

/// TEMPORARY_FAILURE: the wait, and how often in a row before the IKE SA is given up.
constexpr core::Duration wait_after_temporary_failure = 5s;
constexpr std::uint32_t most_temporary_failures = 60;

auto texts(const std::vector<sa::Proposal>& proposals) -> std::string {
  std::string text;
  for (const auto& proposal : proposals) {
    text += (text.empty() ? "" : ", ") + sa::to_text(proposal);
  }
  return text;
}

}  // namespace

auto cannot(const core::Error& error) -> Reason {
  return {.why = fmt::format("an algorithm that was negotiated cannot be used here: {}",
                             core::name_of(error.code)),
          .hint = {},
          .line = {}};
}

auto refusal_reason(const wire::NotifyPayload& error, const policy::ChildPolicy& policy,
                    const ChildOffer& offer) -> Reason {
  const auto name = name_of(error.type);
  if (error.type == NotifyType::no_proposal_chosen) {
    return {
        .why = fmt::format("the peer answered {}: it has none of the {} proposals we offered "
                           "({})",
                           name, negotiate::protocol_word(offer.proposals), texts(offer.proposals)),
        .hint = fmt::format("set {} to what the peer's configuration allows; a PFS group (the "
                            "last word) must be the same on both sides",
                            negotiate::setting_of(offer.proposals)),
        .line = policy.proposals_line};
  }
  if (error.type == NotifyType::ts_unacceptable || error.type == NotifyType::single_pair_required) {
    return {.why = fmt::format("the peer answered {}: it does not allow {} === {}", name,
                               negotiate::to_text(offer.selectors.ts_i),
                               negotiate::to_text(offer.selectors.ts_r)),
            .hint = "make local_ts and remote_ts the mirror of the peer's",
            .line = policy.ours_line};
  }
  return {.why = fmt::format("the peer answered {}", name), .hint = {}, .line = policy.line};
}

auto refusal_reason(const wire::NotifyPayload& error, const policy::Connection& connection)
    -> Reason {
  const auto name = name_of(error.type);
  if (error.type == NotifyType::no_proposal_chosen) {
    return {.why = fmt::format("the peer answered {}: it has none of the IKE proposals we offered "
                               "({}), or no connection for these addresses",
                               name, texts(connection.proposals)),
            .hint = "set proposals to what the peer's configuration allows",
            .line = connection.proposals_line};
  }
  if (error.type == NotifyType::authentication_failed) {
    return {.why = fmt::format("the peer answered {}: it does not accept our identity, our "
                               "pre-shared key or our certificate",
                               name),
            .hint =
                "the peer's log says which; compare `id` and `auth` here with its `remote` "
                "section",
            .line = connection.local.id_line};
  }
  if (error.type == NotifyType::invalid_ke_payload) {
    return {.why = fmt::format("the peer answered {} with a group we did not propose", name),
            .hint = "add the peer's group to proposals",
            .line = connection.proposals_line};
  }
  return {.why = fmt::format("the peer answered {}", name), .hint = {}, .line = connection.line};
}

auto retry_time(Context& context) -> core::Time {
  const auto most = static_cast<std::uint64_t>(retry_jitter.count());
  const auto extra =
      core::Duration{static_cast<std::int64_t>(random_up_to(most, context.env.random))};
  return context.env.now + retry_after + extra;
}

void postpone(IkeSa& sa, Context& context) {
  const auto most = static_cast<std::uint64_t>(wait_after_temporary_failure.count());
  const auto extra =
      core::Duration{static_cast<std::int64_t>(random_up_to(most, context.env.random))};
  sa.not_before = context.env.now + wait_after_temporary_failure + extra;
  if (++sa.temporary_failures < most_temporary_failures) return;
  drop_jobs(sa, context);
  sa.jobs.emplace_back(DeleteIke{});
}

void reauthenticate_instead(IkeSa& sa, Context& context) {
  sa.takes_no_more = true;
  sa.reauth_at = context.env.now;
}

auto asks_for_one_pair(const wire::NotifyPayload& error) -> bool {
  return error.type == NotifyType::single_pair_required;
}

void delete_unwanted(IkeSa& sa, const ChildOffer& offer, Context&) {
  sa.jobs.emplace_front(Tell{
      wire::DeletePayload{.protocol = offer.proposals.front().protocol, .spis = {offer.inbound}}});
}

auto is_rekeying(const IkeSa& sa) -> bool {
  return std::ranges::any_of(sa.moves, [](const auto& entry) {
    return std::holds_alternative<RekeyingIke>(entry.second);
  });
}

auto is_making_child(const IkeSa& sa) -> bool {
  return std::ranges::any_of(sa.moves, [](const auto& entry) {
    return std::holds_alternative<CreatingChild>(entry.second);
  });
}

auto is_changing_children(const IkeSa& sa) -> bool {
  return std::ranges::any_of(sa.moves, [](const auto& entry) {
    return std::holds_alternative<CreatingChild>(entry.second) ||
           std::holds_alternative<DeletingChild>(entry.second);
  });
}

}  // namespace esplanade::ike::session
