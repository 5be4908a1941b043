#include "ike/session/informational.h"

#include "core/endian.h"
#include "ike/session/child/children.h"
#include "ike/session/establish.h"
#include "ike/session/rekey_ike.h"
#include "ike/session/troubles.h"
#include "net/icmp_error.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using iana::SecurityProtocol;

void send_request(IkeSa& sa, const wire::Payloads& payloads, Moving move, Context& context) {
  const auto id = request(sa, ExchangeType::informational, payloads, context);
  sa.moves.emplace(id, std::move(move));
}

/// SPIs deleted early that are remembered: more than any peer makes children at once.
constexpr std::size_t most_deleted_early = 16;

/// The peer made a child of an offer of ours and deletes it before its answer has come.
void note_early(IkeSa& sa, core::Spi theirs) {
  if (is_making_child(sa) && sa.deleted_early.size() < most_deleted_early)
    sa.deleted_early.push_back(theirs);
}

struct PeerSpi {
  SecurityProtocol protocol{};
  core::Spi spi{};
};

/// The peer says that this child is no more. Returns the SPI our answer names, which is that of
/// the other direction; none where we have asked for the same (RFC 7296, 1.4.1; IKE2-1.4.1-03).
auto delete_for_peer(IkeSa& sa, PeerSpi theirs, Context& context) -> std::optional<core::Spi> {
  auto* child = sa.find_outbound(theirs.protocol, theirs.spi);
  if (child == nullptr) {
    note_early(sa, theirs.spi);
    return std::nullopt;
  }
  const auto before = child->state;
  tell_child(sa, *child, "child_closed", context);
  bury(sa, child->id, context);
  if (before == ChildState::deleting) return std::nullopt;
  if (!is_carried(sa, child->policy)) context.host.child_closed(sa, child->name);
  return child->inbound;
}

auto answer_deletes_of(IkeSa& sa, SecurityProtocol protocol, const wire::Payloads& asked,
                       Context& context) -> wire::DeletePayload {
  wire::DeletePayload answer{.protocol = protocol, .spis = {}};
  for (const auto& payload : asked) {
    const auto* del = std::get_if<wire::DeletePayload>(&payload);
    if (del == nullptr || del->protocol != protocol) continue;
    for (const auto spi : del->spis) {
      if (const auto ours = delete_for_peer(sa, {protocol, spi}, context))
        answer.spis.push_back(*ours);
    }
  }
  return answer;
}

auto answer_deletes(IkeSa& sa, const wire::Payloads& asked, Context& context) -> wire::Payloads {
  wire::Payloads answers;
  for (const auto protocol : {SecurityProtocol::esp, SecurityProtocol::ah}) {
    auto answer = answer_deletes_of(sa, protocol, asked, context);
    if (!answer.spis.empty()) answers.emplace_back(std::move(answer));
  }
  return answers;
}

/// The peer's successor of an IKE SA that we were rekeying as well has won: it deletes the old one,
/// and the answer to our own request will not come any more (RFC 7296, 2.8.2 and 2.25.2).
void close_for_peer(IkeSa& sa, Context& context) {
  for (auto& [id, move] : sa.moves) {
    const auto* rekeying = std::get_if<RekeyingIke>(&move);
    if (rekeying == nullptr || !rekeying->rival) continue;
    if (auto* rival = context.host.find(rekeying->rival->session)) hand_over(sa, *rival, context);
    break;
  }
  close_with_answer(sa, Ending::by_peer, context);
}

/// Our ESP meets nobody there: the peer has lost the child (RFC 7296, 1.5 and 2.21.4).
void recover_lost_child(IkeSa& sa, const wire::NotifyPayload& lost, Context& context) {
  if (lost.data.size() != 4) return;
  auto* child = sa.find_outbound(core::Spi{core::load_be<std::uint32_t>(lost.data, 0)});
  if (child == nullptr || child->state != ChildState::installed) return;
  tell(sa, Level::warning, "child_lost",
       {{"child", child->name}, {"why", "the peer does not know its SPI any more"}}, context);
  sa.jobs.emplace_back(
      CreateChild{.child = child->name, .packet = {}, .populated = child->populated});
  sa.jobs.emplace_back(DeleteChild{.child = child->id});
}

/// The peer drops packets of ours: its policy and ours are not the same any more. Only a person can
/// tell which of the two is right, so nothing but a line of the log comes of it.
void note_refused_packet(const IkeSa& sa, const Child& child, core::View start, Context& context) {
  Fields fields = {{"child", child.name},
                   {"spi_out", fmt::format("0x{:08x}", std::to_underlying(child.outbound))}};
  if (const auto packet = net::parse_quoted(start)) {
    fields.emplace_back("src", packet->src.to_string());
    fields.emplace_back("dst", packet->dst.to_string());
    fields.emplace_back("protocol", fmt::format("{}", std::to_underlying(packet->protocol)));
  }
  fields.emplace_back("why", "the peer says that its selectors do not hold a packet of ours");
  fields.emplace_back("hint", "compare `local_ts` and `remote_ts` of the two ends");
  tell(sa, Level::warning, "invalid_selectors", std::move(fields), context);
}

void hear_invalid_selectors(IkeSa& sa, const wire::NotifyPayload& told, Context& context) {
  if (told.spi.size() != 4) return;
  const core::Spi spi{core::load_be<std::uint32_t>(told.spi, 0)};
  const auto* child = sa.find_outbound(told.protocol, spi);
  if (child != nullptr) note_refused_packet(sa, *child, told.data, context);
}

}  // namespace

auto invalid_selectors(const Child& child, core::View start) -> wire::NotifyPayload {
  wire::NotifyPayload payload{.protocol = keys::iana_protocol(child.suite.protocol),
                              .spi = core::Bytes(4),
                              .type = NotifyType::invalid_selectors,
                              .data = {start.begin(), start.end()}};
  core::store_be(std::to_underlying(child.inbound), core::MutableView(payload.spi), 0);
  return payload;
}

auto deletes_ike(const wire::Payloads& asked) -> bool {
  return std::ranges::any_of(asked, [](const wire::Payload& payload) {
    const auto* del = std::get_if<wire::DeletePayload>(&payload);
    return del != nullptr && del->protocol == SecurityProtocol::ike;
  });
}

void ask_delete(IkeSa& sa, const DeleteChild& job, Context& context) {
  auto* child = sa.find_child(job.child);
  if (child == nullptr || child->state == ChildState::gone ||
      child->state == ChildState::deleting) {
    return;
  }
  activate_successors(sa, child->id, context);
  child->state = ChildState::deleting;
  if (child->is_active) {
    child->is_active = false;
    context.out.emplace_back(Deactivate{.child = child->id});
  }
  send_request(sa,
               {wire::DeletePayload{.protocol = keys::iana_protocol(child->suite.protocol),
                                    .spis = {child->inbound}}},
               DeletingChild{.child = job.child, .cause = job.cause}, context);
}

void ask_close(IkeSa& sa, const CloseChildren& job) {
  for (const auto& child : sa.children) {
    const bool is_ending = child.state == ChildState::gone || child.state == ChildState::deleting;
    if (child.name == job.child && !is_ending) sa.jobs.emplace_back(DeleteChild{.child = child.id});
  }
}

void ask_delete_ike(IkeSa& sa, Context& context) {
  if (sa.standing == Standing::current) sa.standing = Standing::deleting;
  send_request(sa, {wire::DeletePayload{.protocol = SecurityProtocol::ike, .spis = {}}},
               DeletingIke{}, context);
}

void ask_probe(IkeSa& sa, Context& context) { send_request(sa, {}, Probing{}, context); }

void ask_tell(IkeSa& sa, const Tell& job, Context& context) {
  send_request(sa, {job.payload}, Telling{}, context);
}

void answer_informational(IkeSa& sa, const Received& asked, Context& context) {
  if (deletes_ike(asked.payloads)) {
    respond(sa, asked.header, {}, context);
    return close_for_peer(sa, context);
  }
  auto answer = answer_deletes(sa, asked.payloads, context);
  respond(sa, asked.header, answer, context);
  for (const auto& payload : asked.payloads) {
    const auto* told = std::get_if<wire::NotifyPayload>(&payload);
    if (told == nullptr) continue;
    if (told->type == NotifyType::invalid_spi) recover_lost_child(sa, *told, context);
    if (told->type == NotifyType::invalid_selectors) hear_invalid_selectors(sa, *told, context);
    if (told->type == NotifyType::authentication_failed) {
      tell_failure(sa, "authentication_failed",
                   {.why = "the peer does not accept who we are: AUTHENTICATION_FAILED",
                    .hint = "the peer's log says why",
                    .line = sa.connection ? sa.connection->local.id_line : policy::Line{}},
                   context);
      return close_with_answer(sa, Ending::failed, context);
    }
  }
}

void finish_delete(IkeSa& sa, const DeletingChild& move, Context& context) {
  auto* child = sa.find_child(move.child);
  if (child == nullptr || child->state == ChildState::gone) return;
  tell_child(sa, *child, "child_closed", context);
  bury(sa, move.child, context);
  if (move.cause == Cause::expired && !is_carried(sa, child->policy)) {
    context.host.child_closed(sa, child->name);
  }
}

}  // namespace esplanade::ike::session
