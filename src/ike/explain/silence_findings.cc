#include "ike/explain/findings.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::explain {
namespace {

using namespace std::chrono_literals;

using iana::ExchangeType;
using iana::NotifyType;

/// From here on a packet meets links that cannot carry it, tunnels and PPPoE among them.
constexpr std::size_t large = 1280;
/// What is not answered at the end of a capture may be answered behind it.
constexpr auto patience = 3s;
/// ESP in one direction that nobody can take for the beginning of a conversation.
constexpr std::uint64_t many_packets = 4;

constexpr std::uint16_t nat_traversal_port = 4500;

auto exchange_text(ExchangeType type) -> std::string {
  const auto* const row = iana::find_row(iana::exchange_types, type);
  return row == nullptr ? fmt::format("exchange {}", std::to_underlying(type))
                        : std::string(row->name);
}

auto tries_text(const Saying& request) -> std::string {
  const auto count = request.tries.size();
  if (count == 1) return "sent once";
  const auto took = request.tries.back().at.since_epoch - request.tries.front().at.since_epoch;
  return fmt::format("sent {} times in {} s", count,
                     std::chrono::duration_cast<std::chrono::seconds>(took).count());
}

/// One request nobody answered.
struct Unanswered {
  const Exchange& exchange;
  const Leg& leg;  ///< its first try
  Role asker{};
};

auto line_of_peer(const Subject& subject) -> policy::Line {
  return subject.sides.line(&policy::Connection::theirs_line);
}

auto is_large(const Saying& saying) -> bool {
  return saying.largest() > large ||
         std::ranges::any_of(saying.tries, [](const Leg& leg) { return leg.is_ip_fragment; });
}

auto supports_fragmentation(const wire::Payloads& payloads) -> bool {
  return wire::find_notify(payloads, NotifyType::ikev2_fragmentation_supported) != nullptr;
}

/// Did this end ever say anything on port 4500?
auto is_heard_on_4500(const Conversation& conversation, Role role) -> bool {
  return std::ranges::any_of(conversation.exchanges(), [&](const Exchange& exchange) {
    const auto& said = asker_of(exchange) == role ? exchange.request : exchange.response;
    return std::ranges::any_of(said.tries,
                               [](const Leg& leg) { return leg.from.port == nat_traversal_port; });
  });
}

// --- ICMP ----------------------------------------------------------------------------------------

auto find_unreachable(const Unanswered& silent, const Knowledge& knowledge) -> const Unreachable* {
  const auto it = std::ranges::find_if(knowledge.unreachables, [&](const Unreachable& one) {
    return one.of == silent.leg.from && one.to == silent.leg.to;
  });
  return it == knowledge.unreachables.end() ? nullptr : &*it;
}

auto told_by_icmp(const Unanswered& silent, const Unreachable& told, const Subject& subject)
    -> Finding {
  const auto port = silent.leg.to.port;
  const auto peer = silent.leg.to.address.to_string();
  Finding finding{.level = Level::error,
                  .topic = Topic::port,
                  .frame = told.frame,
                  .why = {},
                  .hint = {},
                  .line = line_of_peer(subject)};
  switch (told.why) {
    case Unreachable::Why::port:
      finding.why =
          fmt::format("nobody listens on UDP port {} of {}: it says so by ICMP", port, peer);
      finding.hint = "start the daemon there, or name the right address by remote_addrs";
      return finding;
    case Unreachable::Why::prohibited:
      finding.why = fmt::format("a filter at {} refuses UDP port {} of {}, and says so by ICMP",
                                told.from.to_string(), port, peer);
      finding.hint = fmt::format("allow UDP ports 500 and 4500 to {}", peer);
      return finding;
    case Unreachable::Why::other:
      finding.why =
          fmt::format("{} knows no way to {}: it says so by ICMP", told.from.to_string(), peer);
      finding.hint = "look at the routes, and at remote_addrs";
      return finding;
    case Unreachable::Why::too_big:
      finding.topic = Topic::mtu;
      finding.why = fmt::format("{} cannot pass on packets of {} octets{}", told.from.to_string(),
                                silent.exchange.request.largest(),
                                told.mtu == 0 ? "" : fmt::format(", only of {}", told.mtu));
      finding.hint =
          "set fragmentation = yes on both sides and a smaller fragment_size, or send "
          "fewer certificates";
      return finding;
  }
  core::bug();
}

// --- nobody answers ------------------------------------------------------------------------------

auto no_answer_to_sa_init(const Unanswered& silent, const Subject& subject) -> Finding {
  const auto peer = silent.leg.to.to_string();
  return {
      .level = Level::error,
      .topic = Topic::port,
      .frame = silent.leg.frame,
      .why = fmt::format("{} does not answer IKE_SA_INIT ({})", peer,
                         tries_text(silent.exchange.request)),
      .hint = fmt::format("is it up, is that its address, and does UDP port {} get through both "
                          "ways?",
                          silent.leg.to.port),
      .line = line_of_peer(subject)};
}

auto blocked_4500(const Unanswered& silent, const Subject& subject) -> Finding {
  const auto peer = silent.leg.to.address.to_string();
  return {.level = Level::error,
          .topic = Topic::port,
          .frame = silent.leg.frame,
          .why = fmt::format(
              "{} answered on UDP port 500, and nothing ever came from its port 4500 "
              "({} {})",
              peer, exchange_text(silent.exchange.type), tries_text(silent.exchange.request)),
          .hint = fmt::format("allow UDP port 4500 to and from {}: behind a NAT all but the first "
                              "messages and all ESP use it",
                              peer),
          .line = line_of_peer(subject)};
}

/// Who did not say in IKE_SA_INIT that it takes fragments (RFC 7383, 2.3).
auto lacking_fragmentation(const Subject& subject) -> std::string {
  const auto* const init = subject.conversation.last_answered(ExchangeType::ike_sa_init);
  if (init == nullptr) return {};
  const bool initiator = supports_fragmentation(init->request.payloads);
  const bool responder = supports_fragmentation(init->response.payloads);
  if (initiator && responder) return {};
  if (!initiator && !responder) return "neither end takes IKE fragments";
  return (initiator ? subject.sides.responder : subject.sides.initiator) +
         " does not take IKE fragments";
}

auto too_large(const Unanswered& silent, const Subject& subject) -> Finding {
  const auto& request = silent.exchange.request;
  const bool is_in_pieces =
      std::ranges::any_of(request.tries, [](const Leg& leg) { return leg.is_ip_fragment; });
  const auto lacking = lacking_fragmentation(subject);
  return {.level = Level::error,
          .topic = Topic::mtu,
          .frame = silent.leg.frame,
          .why = fmt::format("{} answered small messages but not {} ({}), which {}",
                             silent.leg.to.address.to_string(), exchange_text(silent.exchange.type),
                             tries_text(request),
                             is_in_pieces ? "went in IP fragments: those are dropped on the way"
                                          : fmt::format("has {} octets: such packets are dropped "
                                                        "on the way",
                                                        request.largest())),
          .hint = fmt::format("{}{}set fragmentation = yes on both sides, or a smaller "
                              "fragment_size",
                              lacking, lacking.empty() ? "" : ": "),
          .line = line_of_peer(subject)};
}

auto no_answer_to_auth(const Unanswered& silent, const Subject& subject) -> Finding {
  const auto peer = silent.leg.to.to_string();
  return {.level = Level::error,
          .topic = Topic::port,
          .frame = silent.leg.frame,
          .why = fmt::format("{} answered IKE_SA_INIT but not IKE_AUTH ({})", peer,
                             tries_text(silent.exchange.request)),
          .hint =
              "its log says whether it came; if not, a filter dropped it, or it is behind a NAT "
              "that has forgotten it",
          .line = line_of_peer(subject)};
}

auto dead_peer(const Unanswered& silent, const Subject& subject) -> Finding {
  return {.level = Level::error,
          .topic = Topic::peer,
          .frame = silent.leg.frame,
          .why = fmt::format("{} does not answer {} {} any more ({})",
                             silent.leg.to.address.to_string(), exchange_text(silent.exchange.type),
                             silent.exchange.message_id, tries_text(silent.exchange.request)),
          .hint =
              "it is down, has lost its IKE SAs by a restart, or a NAT has forgotten it: set "
              "dpd_delay, and keep_alive below the NAT's time",
          .line = line_of_peer(subject)};
}

auto explain_silence(const Unanswered& silent, const Subject& subject) -> Finding {
  if (const auto* const told = find_unreachable(silent, subject.knowledge)) {
    return told_by_icmp(silent, *told, subject);
  }
  const auto type = silent.exchange.type;
  if (type == ExchangeType::ike_sa_init) return no_answer_to_sa_init(silent, subject);
  if (is_large(silent.exchange.request)) return too_large(silent, subject);
  const bool is_on_4500 = silent.leg.to.port == nat_traversal_port;
  if (is_on_4500 && !is_heard_on_4500(subject.conversation, other(silent.asker))) {
    return blocked_4500(silent, subject);
  }
  if (type == ExchangeType::ike_auth) return no_answer_to_auth(silent, subject);
  return dead_peer(silent, subject);
}

/// Asked again, though the answer was seen: it does not arrive.
auto lost_answers(const Exchange& exchange, const Subject& subject) -> std::optional<Finding> {
  if (exchange.response.tries.empty()) return std::nullopt;
  const auto answered = exchange.response.tries.front().frame;
  const auto again = std::ranges::count_if(
      exchange.request.tries, [answered](const Leg& leg) { return leg.frame > answered; });
  if (again < 2) return std::nullopt;
  const auto asker = asker_of(exchange);
  const bool is_size = is_large(exchange.response);
  return Finding{
      .level = Level::error,
      .topic = is_size ? Topic::mtu : Topic::port,
      .frame = answered,
      .why = fmt::format(
          "{} answers {}, but {} asked {} times more: the answers{} do not reach it",
          subject.sides.name(other(asker)), exchange_text(exchange.type), subject.sides.name(asker),
          again,
          is_size ? fmt::format(", of {} octets,", exchange.response.largest()) : std::string()),
      .hint = is_size ? "set fragmentation = yes on both sides, or a smaller fragment_size"
                      : "look for a filter on the way back",
      .line = line_of_peer(subject)};
}

auto may_yet_be_answered(const Exchange& exchange, const Knowledge& knowledge) -> bool {
  const auto& tries = exchange.request.tries;
  return tries.size() == 1 &&
         knowledge.last_seen.since_epoch - tries.front().at.since_epoch < patience;
}

/// A peer that is dead answers nothing: once is enough.
auto is_told(const Finding& finding, const Findings& found) -> bool {
  return finding.topic == Topic::peer &&
         std::ranges::count(found, Topic::peer, &Finding::topic) != 0;
}

/// IKE_SA_INIT that was begun anew, and answered then.
auto is_overtaken(const Exchange& exchange, const Conversation& conversation) -> bool {
  return exchange.type == ExchangeType::ike_sa_init &&
         conversation.last_asked(ExchangeType::ike_sa_init) != &exchange;
}

}  // namespace

void find_silence(const Subject& subject, Findings& to) {
  for (const auto& exchange : subject.conversation.exchanges()) {
    if (auto lost = lost_answers(exchange, subject)) to.push_back(*std::move(lost));
    if (exchange.request.tries.empty() || !exchange.response.tries.empty()) continue;
    if (may_yet_be_answered(exchange, subject.knowledge) ||
        is_overtaken(exchange, subject.conversation)) {
      continue;
    }
    auto finding = explain_silence(
        {.exchange = exchange, .leg = exchange.request.tries.front(), .asker = asker_of(exchange)},
        subject);
    if (!is_told(finding, to)) to.push_back(std::move(finding));
  }
}

void find_one_way_esp(const Subject& subject, Findings& to) {
  const auto& initiator = subject.conversation.initiator().address;
  const auto& responder = subject.conversation.responder().address;
  const auto count = [&](const net::Address& from, const net::Address& dest) -> EspCount {
    const auto it = subject.knowledge.esp.find({from, dest});
    return it == subject.knowledge.esp.end() ? EspCount{} : it->second;
  };
  const auto there = count(initiator, responder);
  const auto back = count(responder, initiator);
  if (std::min(there.packets, back.packets) != 0) return;
  const auto& only = there.packets != 0 ? there : back;
  if (only.packets < many_packets) return;
  const auto sender = there.packets != 0 ? Role::initiator : Role::responder;
  to.push_back(
      {.level = Level::warning,
       .topic = Topic::esp,
       .frame = only.first_frame,
       .why = fmt::format("{} packets of ESP went from {} to {}, and none came back", only.packets,
                          subject.sides.name(sender), subject.sides.name(other(sender))),
       .hint = only.is_in_udp
                   ? "does UDP port 4500 get through both ways, and do the hosts behind "
                     "the other end have a route back?"
                   : "allow IP protocol 50 both ways, or set encap = yes, which takes UDP "
                     "port 4500; and look for a route back behind the other end",
       .line = subject.sides.line(&policy::Connection::line)});
}

}  // namespace esplanade::ike::explain
