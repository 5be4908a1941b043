#include "pipeline/inbound_road.h"

#include "core/endian.h"
#include "pipeline/by_protocol.h"
#include "pipeline/dropped.h"
#include "pipeline/group_by_sa.h"
#include "pipeline/quick/admission.h"
#include "pipeline/quick/front.h"
#include "pipeline/runs.h"

#include <algorithm>

namespace esplanade::pipeline {
namespace {

using net::Verdict;

/// Where a datagram with ESP in UDP came from; demux has seen both headers.
auto source_of(const net::Packet& packet, const ipsec::Place& place) noexcept -> net::Endpoint {
  const auto octets = core::View{packet.bytes()};
  const auto address = net::is_ipv6(octets) ? octets.subspan(8, 16) : octets.subspan(12, 4);
  return {net::Address{address}, core::load_be<std::uint16_t>(octets, place.ip_size)};
}

/// Packets of one SA that come from elsewhere than its peer is, to be looked at again when they are
/// known to be authentic.
class Newcomers {
 public:
  void look(const ipsec::InboundSa& sa, const net::Packet& packet,
            const ipsec::Place& place) noexcept {
    const auto& udp = sa.parameters.encapsulation;
    if (!udp || !place.is_in_udp()) return;
    const auto source = source_of(packet, place);
    if (source != net::Endpoint{sa.parameters.theirs, udp->theirs}) {
      newcomers_.push_back({&packet, source});
    }
  }
  /// Where the last authentic one came from.
  auto last_authentic() noexcept -> std::optional<net::Endpoint> {
    std::optional<net::Endpoint> last;
    for (const auto& [packet, source] : newcomers_.all()) {
      if (packet->passes() || packet->verdict == Verdict::dummy) last = source;
    }
    return last;
  }

 private:
  struct Newcomer {
    const net::Packet* packet;
    net::Endpoint source;
  };
  core::InplaceVector<Newcomer, net::batch_max> newcomers_;
};

/// Has an SA of ours an end there?
auto is_for_us(const Tables& tables, const net::Packet& opened, const net::Address& dst) noexcept
    -> bool {
  const auto found = find_protected(opened.bytes(), tables.encap_ports);
  if (!found) return false;
  const auto index = SaFinder(tables.sad).find({found->spi, found->protocol}, opened.bytes());
  return index != core::SaIndex::none && tables.sad.inbound(index).parameters.ours == dst;
}

/// What an SA has opened may be protected once more: ESP in AH, say (RFC 4301, 4.5 and appendix E).
/// In transport mode it is for this host; from a tunnel, if it is addressed to it.
auto is_nested(const Tables& tables, const ipsec::InboundSa& sa, const net::Packet& packet,
               const net::Datagram& opened) noexcept -> bool {
  const bool is_protected =
      opened.protocol == iana::IpProtocol::esp || opened.protocol == iana::IpProtocol::ah;
  if (!is_protected || opened.is_fragment) return false;
  return sa.parameters.mode == sa::Mode::transport || is_for_us(tables, packet, opened.dst);
}

/// Only those that may carry ESP or AH are worth the room.
auto may_carry_protected(iana::IpProtocol protocol) noexcept -> bool {
  using enum iana::IpProtocol;
  return protocol == esp || protocol == ah || protocol == udp;
}

}  // namespace

InboundRoad::InboundRoad(NoticeSink& notices, OuterFragments fragments)
    : notices_(notices),
      reassembly_(fragments == OuterFragments::reassemble ? std::make_unique<Reassembly>()
                                                          : nullptr) {}

auto InboundRoad::reassemble(net::Packet& packet, core::Time now) noexcept -> Verdict {
  const auto fragment = net::Datagram::parse(packet.bytes());
  if (!reassembly_ || !fragment || !may_carry_protected(fragment->protocol)) {
    return Verdict::is_fragment;
  }
  const auto whole = reassembly_->put(packet.bytes(), *fragment, now);
  if (!whole) return whole.error();
  const auto room = packet.reset();
  if (whole->size() > room.size()) return Verdict::no_room;
  core::copy(*whole, room);
  packet.size = static_cast<std::uint16_t>(whole->size());
  return Verdict::pass;
}

void InboundRoad::find_sa(const Tables& tables, SaFinder& finder, net::Packet& packet,
                          ipsec::Place& place, core::Time now) noexcept {
  packet.sa = core::SaIndex::none;
  if (!packet.passes()) return;  // the port has refused it
  auto found = find_protected(packet.bytes(), tables.encap_ports);
  if (!found && found.error() == Verdict::is_fragment) {
    const auto verdict = reassemble(packet, now);
    if (verdict != Verdict::pass) return packet.drop(verdict);
    found = find_protected(packet.bytes(), tables.encap_ports);
  }
  if (!found) return packet.drop(found.error());
  place = found->place;
  packet.sa = finder.find({found->spi, found->protocol}, packet.bytes());
  if (packet.sa == core::SaIndex::none) packet.drop(Verdict::unknown_spi);
}

void InboundRoad::find_all(const Tables& tables, Front& front, std::span<net::Packet> batch,
                           core::Time now) noexcept {
  SaFinder finder(tables.sad);
  auto last = core::SaIndex::none;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto& packet = batch[i];
    if (!front.find(i, packet, finder)) find_sa(tables, finder, packet, front.place(i), now);
    if (packet.sa == last || packet.sa == core::SaIndex::none) continue;
    last = packet.sa;
    tables.sad.inbound(last).prefetch();
  }
}

void InboundRoad::run(Tables& tables, std::span<net::Packet> batch, core::Time now) noexcept {
  run_level(tables, batch, now, 1);
}

void InboundRoad::run_level(Tables& tables, std::span<net::Packet> batch, core::Time now,
                            unsigned level) noexcept {
  Walk walk{tables, batch, now, level};
  walk.front.look(tables, batch);
  find_all(tables, walk.front, batch, now);
  const auto ahead = [&](core::SaIndex index) {
    const auto& sa = tables.sad.inbound(index);
    sa.suite.prefetch();
    sa.prefetch_window();
  };
  const auto open_each = [&](core::SaIndex index, std::span<const std::uint16_t> positions) {
    open_and_admit(walk, index, positions);
  };
  GroupBySa(batch).for_each(ahead, open_each);
  for (const auto position : walk.nested.all()) {
    open_nested(tables, batch.subspan(position, 1), now, level);
  }
}

void InboundRoad::open_and_admit(Walk& walk, core::SaIndex index,
                                 std::span<const std::uint16_t> positions) noexcept {
  auto& sa = walk.tables.sad.inbound(index);
  if (walk.level == 1 && sa.parameters.nesting == sa::Nesting::by_policy) {
    for (const auto position : positions) walk.batch[position].drop(Verdict::unprotected);
    return;
  }
  core::InplaceVector<ipsec::Inbound, net::batch_max> members;
  for (const auto position : positions) {
    members.emplace_back(&walk.batch[position], walk.front.place(position));
  }
  open_group(index, sa, members.all(), walk.now);
  for (const auto position : positions) {
    auto& packet = walk.batch[position];
    if (!packet.passes() || is_admitted_at_a_glance(sa, packet.bytes())) continue;
    const auto opened = arrivals_.admit(sa, packet, walk.now);
    if (!opened) packet.drop(opened.error());
    if (opened && is_nested(walk.tables, sa, packet, *opened)) walk.nested.push_back(position);
  }
}

void InboundRoad::open_group(core::SaIndex index, ipsec::InboundSa& sa,
                             std::span<const ipsec::Inbound> members, core::Time now) noexcept {
  Newcomers newcomers;
  if (policy::Sad::is_installed(index)) {
    for (const auto& [packet, place] : members) newcomers.look(sa, *packet, place);
  }
  open(sa, members, now);
  if (const auto theirs = newcomers.last_authentic()) {
    notices_.report(PeerSeenAt{sa.parameters.spi, *theirs});
  }
}

/// The selectors of the outer SA have admitted it as ESP or AH; those of the innermost say what it
/// may be in the end.
void InboundRoad::open_nested(Tables& tables, std::span<net::Packet> one, core::Time now,
                              unsigned level) noexcept {
  if (level == deepest_nesting) return one[0].drop(Verdict::nested_too_deep);
  tables.sad.inbound(one[0].sa).verdicts.count(Verdict::pass);
  run_level(tables, one, now, level + 1);
}

void InboundRoad::account(Tables& tables, std::span<const net::Packet> batch) noexcept {
  for_each_run(batch, [&](const net::Packet& first, std::size_t count) {
    verdicts_.count(first.verdict, count);
    if (first.sa != core::SaIndex::none) {
      tables.sad.inbound(first.sa).verdicts.count(first.verdict, count);
    }
  });
  for (const auto& packet : batch) {
    if (!packet.passes()) tell(notices_, tables, packet);
  }
}

}  // namespace esplanade::pipeline
