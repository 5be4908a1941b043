#include "pipeline/outbound_road.h"

#include "core/inplace_vector.h"
#include "pipeline/by_protocol.h"
#include "pipeline/group_by_sa.h"
#include "pipeline/prefetch.h"

namespace esplanade::pipeline {
namespace {

using net::Verdict;

auto notice_of(const Tables& tables, const net::Packet& packet) noexcept -> Notice {
  auto notice = Notice{.verdict = packet.verdict, .direction = sa::Direction::outbound};
  if (const auto datagram = net::Datagram::parse(packet.bytes())) {
    notice.src = datagram->src;
    notice.dst = datagram->dst;
  }
  if (packet.sa != core::SaIndex::none) {
    notice.spi = tables.sad.outbound(packet.sa).parameters.spi;
  }
  return notice;
}

}  // namespace

auto OutboundRoad::decide(Tables& tables, const net::Datagram& datagram, core::Time now) noexcept
    -> policy::Decision {
  if (!datagram.is_fragment) return tables.spd.classify(datagram);
  first_fragments_.remember(datagram, now);
  if (const auto complete = first_fragments_.complete(datagram, now)) {
    const auto decision = tables.spd.classify(*complete);
    const auto sa = decision.sa;
    const bool is_agreed =
        sa == core::SaIndex::none || tables.sad.outbound(sa).parameters.carries_later_fragments;
    // BYPASS and DISCARD of ports need no agreement (RFC 4301, 7.4: ARCH-7.4-02).
    if (is_agreed && decision.entry != nullptr) return decision;
  }
  return tables.spd.classify(datagram);
}

void OutboundRoad::classify(Tables& tables, net::Packet& packet, core::Time now) noexcept {
  packet.sa = core::SaIndex::none;
  if (!packet.passes()) return;  // the port has refused it
  const auto datagram = net::Datagram::parse(packet.bytes());
  if (!datagram) return packet.drop(Verdict::malformed);
  const auto decision = decide(tables, *datagram, now);
  packet.sa = decision.sa;
  switch (decision.processing) {
    case policy::Processing::bypass: return;
    case policy::Processing::discard:
      return packet.drop(decision.entry == nullptr ? Verdict::no_policy : Verdict::discarded);
    case policy::Processing::protect:
      if (packet.sa != core::SaIndex::none) return;
      return packet.drop(keep_back(*decision.unkeyed, packet.bytes(), *datagram, now));
  }
}

auto OutboundRoad::keep_back(policy::Keyed& keyed, core::View packet, const net::Datagram& datagram,
                             core::Time now) noexcept -> Verdict {
  if (!keyed.holds()) return Verdict::no_sa;
  if (!keyed.asked_at || now - *keyed.asked_at >= ask_again) {
    keyed.asked_at = now;
    notices_.report(
        Wanted{keyed.policy, datagram.src, datagram.dst, datagram.protocol, datagram.ports});
  }
  return hold_.put(keyed.policy, packet.first(datagram.total_length), now);
}

void OutboundRoad::drop_held(policy::PolicyId policy) noexcept { count_over(hold_.drop(policy)); }

void OutboundRoad::drop_old(core::Time now) noexcept { count_over(hold_.drop_old(now)); }

void OutboundRoad::count_over(std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) verdicts_.count(Verdict::hold_over);
}

void OutboundRoad::run(Tables& tables, std::span<net::Packet> batch, ipsec::SealEnv env) noexcept {
  for_each_prefetched(batch, [&](std::size_t i) { classify(tables, batch[i], env.now); });

  GroupBySa(batch).for_each([&](core::SaIndex index, std::span<const std::uint16_t> positions) {
    core::InplaceVector<net::Packet*, net::batch_max> members;
    for (const auto position : positions) members.push_back(&batch[position]);
    seal(tables.sad.outbound(index), members.all(), env);
  });
}

void OutboundRoad::account(Tables& tables, std::span<const net::Packet> batch) noexcept {
  for (const auto& packet : batch) {
    verdicts_.count(packet.verdict);
    if (packet.sa != core::SaIndex::none) {
      tables.sad.outbound(packet.sa).verdicts.count(packet.verdict);
    }
    if (!net::is_harmless(packet.verdict)) notices_.note(notice_of(tables, packet));
  }
}

}  // namespace esplanade::pipeline
