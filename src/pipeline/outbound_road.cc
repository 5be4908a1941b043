#include "pipeline/outbound_road.h"

#include "core/inplace_vector.h"
#include "net/icmp_error.h"
#include "pipeline/bridge/hop_limit.h"
#include "pipeline/by_protocol.h"
#include "pipeline/group_by_sa.h"
#include "pipeline/runs.h"

namespace esplanade::pipeline {
namespace {

using net::Verdict;

auto notice_of(const Tables& tables, const net::Packet& packet) noexcept -> Notice {
  auto notice = notice_about(packet, sa::Direction::outbound);
  if (packet.sa != core::SaIndex::none) {
    notice.spi = tables.sad.outbound(packet.sa).parameters.spi;
  }
  return notice;
}

/// For a fragment of the largest packet a TUN hands out, with what protects it around it.
constexpr std::size_t fragment_slot = 10240;

void lower_hops(net::Packet& packet) noexcept {
  if (packet.passes() && !lower_hop_limit(packet.bytes())) packet.drop(Verdict::hop_limit_over);
}

/// An ICMP error that no entry wants goes where the packet it quotes would be answered (RFC 4301,
/// 6.2; ARCH-6.2-02).
auto decide_by_quoted(Tables& tables, const net::Datagram& datagram, core::View octets,
                      const policy::Decision& otherwise) noexcept -> policy::Decision {
  const auto quoted = net::quoted_in(datagram, octets);
  if (!quoted) return otherwise;
  const auto decision = tables.spd.classify(net::reversed(*quoted));
  return decision.processing == policy::Processing::protect ? decision : otherwise;
}

/// Data of TCP that is newer than all before in its flow, and so has not been sent before: nothing
/// that a black hole could be told by.
auto is_new_data(Flows::Known& flow, std::uint32_t number) noexcept -> bool {
  const bool is_newer = static_cast<std::int32_t>(number - flow.newest) > 0;
  if (is_newer) flow.newest = number;
  return is_newer;
}

/// Of TCP whose SA minds the sizes of segments.
auto is_ordinary_segment(Flows::Known& flow, const Glance& glance, core::View octets) noexcept
    -> bool {
  if (has_syn(glance, octets)) return false;
  return glance.total <= BlackHoles::smallest || is_new_data(flow, tcp_number(glance, octets));
}

auto fits_at_a_glance(Flows::Known& flow, const Glance& glance, core::View octets,
                      core::Time now) noexcept -> bool {
  auto& sa = *flow.sa;
  sa.path_mtu.age(now);
  if (!fits(sa, glance.total, glance.upper_offset)) return false;
  if (!glance.is_tcp || sa.parameters.tcp_mss == sa::TcpMss::keep) return true;
  return is_ordinary_segment(flow, glance, octets);
}

auto learn_hole(ipsec::OutboundSa& sa, const net::Datagram& datagram, core::Time now) noexcept
    -> bool {
  const auto overhead = overhead_of(sa.parameters, sa.suite.sizes, datagram.upper_offset);
  return sa.path_mtu.learn(BlackHoles::base_mtu(overhead.outer_size(datagram.total_length)), now);
}

/// Counts the ask.
auto may_ask(policy::Keyed& keyed, core::Time now) noexcept -> bool {
  if (!keyed.asked_at || now - *keyed.asked_at >= OutboundRoad::ask_again) {
    keyed.asked_at = now;
    keyed.asked = 0;
  }
  return keyed.asked++ < (keyed.populate.any() ? OutboundRoad::most_asked : 1);
}

}  // namespace

OutboundRoad::OutboundRoad(NoticeSink& notices, std::size_t held_size)
    : notices_(notices), hold_(held_size), fragments_(fragment_slot, net::batch_max) {}

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

auto OutboundRoad::is_known(std::size_t i, net::Packet& packet, core::Time now) noexcept -> bool {
  auto* const flow = flows_.find(i);
  if (flow == nullptr || !fits_at_a_glance(*flow, flows_.glance(i), packet.bytes(), now)) {
    return false;
  }
  packet.sa = flow->index;
  return true;
}

auto OutboundRoad::classify(Tables& tables, net::Packet& packet, core::Time now, Hops hops) noexcept
    -> bool {
  packet.sa = core::SaIndex::none;
  if (!packet.passes()) return true;  // the port has refused it
  const auto datagram = net::Datagram::parse(packet.bytes());
  if (datagram) return decide_and_fit(tables, packet, *datagram, now, hops);
  packet.drop(Verdict::malformed);
  return true;
}

auto OutboundRoad::decide_and_fit(Tables& tables, net::Packet& packet,
                                  const net::Datagram& datagram, core::Time now, Hops hops) noexcept
    -> bool {
  auto decision = decide(tables, datagram, now);
  if (decision.entry == nullptr) {
    decision = decide_by_quoted(tables, datagram, packet.bytes(), decision);
  }
  packet.sa = decision.sa;
  switch (decision.processing) {
    case policy::Processing::bypass: return true;
    case policy::Processing::discard:
      packet.drop(decision.entry == nullptr ? Verdict::no_policy : Verdict::discarded);
      if (tables.discards == DiscardAnswers::icmp) {
        answers_.tell_prohibited(packet.bytes(), datagram, now);
      }
      return true;
    case policy::Processing::protect:
      if (packet.sa != core::SaIndex::none) {
        return fit(tables.sad.outbound(packet.sa), packet, datagram, now) == PathFit::whole;
      }
      if (hops == Hops::lower) lower_hops(packet);  // it is not known any more when it is released
      if (!packet.passes()) return true;
      packet.drop(keep_back(*decision.unkeyed, packet.bytes(), datagram, now));
      return true;
  }
  core::bug();
}

auto OutboundRoad::fit(ipsec::OutboundSa& sa, const net::Packet& packet,
                       const net::Datagram& datagram, core::Time now) noexcept -> PathFit {
  const auto& parameters = sa.parameters;
  const bool is_tcp = datagram.protocol == iana::IpProtocol::tcp && datagram.ports.has_value();
  if (is_tcp && parameters.tcp_mss == sa::TcpMss::lower) {
    lower_mss({parameters, sa.suite.sizes, sa.path_mtu.current()}, datagram, packet.bytes());
    if (black_holes_.is_swallowed(datagram, packet.bytes(), now)) {
      if (learn_hole(sa, datagram, now)) notices_.report(shrunk(sa));
    }
  }
  sa.path_mtu.age(now);
  if (fits(sa, datagram.total_length, datagram.upper_offset)) return PathFit::whole;
  return fit_path(sa, datagram, packet.bytes()).fit;
}

auto OutboundRoad::keep_back(policy::Keyed& keyed, core::View packet, const net::Datagram& datagram,
                             core::Time now) noexcept -> Verdict {
  if (!keyed.holds() || !policy::shows_values(keyed.populate, datagram)) return Verdict::no_sa;
  if (may_ask(keyed, now)) {
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

auto OutboundRoad::run(Tables& tables, std::span<net::Packet> batch, ipsec::SealEnv env,
                       Hops hops) noexcept -> Taken {
  flows_.begin(batch, tables.spd);
  std::size_t count = 0;
  for (; count < batch.size(); ++count) {
    auto& packet = batch[count];
    if (is_known(count, packet, env.now)) continue;
    if (!classify(tables, packet, env.now, hops)) break;
    if (packet.passes() && packet.sa != core::SaIndex::none) {
      flows_.remember(count, packet, tables.sad.outbound(packet.sa));
    }
  }
  if (count == 0 && !batch.empty()) return {1, take_large(tables, batch.first(1), env, hops)};
  seal_by_sa(tables, batch.first(count), env, hops);
  return {count, batch.first(count)};
}

void OutboundRoad::seal_by_sa(Tables& tables, std::span<net::Packet> batch, ipsec::SealEnv env,
                              Hops hops, unsigned level) noexcept {
  const auto ahead = [&](core::SaIndex index) { tables.sad.outbound(index).suite.prefetch(); };
  GroupBySa(batch).for_each(
      ahead, [&](core::SaIndex index, std::span<const std::uint16_t> positions) {
        auto& sa = tables.sad.outbound(index);
        const bool is_lowered = hops == Hops::lower && sa.parameters.mode == sa::Mode::tunnel;
        core::InplaceVector<net::Packet*, net::batch_max> members;
        for (const auto position : positions) {
          if (is_lowered) lower_hops(batch[position]);
          if (batch[position].passes()) members.push_back(&batch[position]);
        }
        if (members.size() > 0) seal(sa, members.all(), env);
        if (sa.parameters.nesting == sa::Nesting::none) return;
        for (auto* const packet : members.all()) nest(tables, *packet, env, level);
      });
}

void OutboundRoad::nest(Tables& tables, net::Packet& packet, ipsec::SealEnv env,
                        unsigned level) noexcept {
  if (!packet.passes()) return;
  if (level == deepest_nesting) return packet.drop(Verdict::nested_too_deep);
  const auto inner = packet.sa;
  tables.sad.outbound(inner).verdicts.count(Verdict::pass);
  if (classify(tables, packet, env.now, Hops::keep)) {
    return seal_by_sa(tables, {&packet, 1}, env, Hops::keep, level + 1);
  }
  shrink(tables, inner, packet, env.now);
  packet.drop(Verdict::too_big);
}

void OutboundRoad::shrink(Tables& tables, core::SaIndex inner, const net::Packet& packet,
                          core::Time now) noexcept {
  const auto datagram = net::Datagram::parse(packet.bytes());
  core::ensure(datagram.has_value());  // classify() has read it
  const auto& around = tables.sad.outbound(packet.sa);
  const auto overhead = overhead_of(around.parameters, around.suite.sizes, datagram->upper_offset);
  auto& sa = tables.sad.outbound(inner);
  const auto largest = overhead.largest_inner(around.path_mtu.current());
  if (sa.path_mtu.learn(largest, now)) notices_.report(shrunk(sa));
}

auto OutboundRoad::take_large(Tables& tables, std::span<net::Packet> one, ipsec::SealEnv env,
                              Hops hops) noexcept -> std::span<net::Packet> {
  auto& packet = one[0];
  const auto& sa = tables.sad.outbound(packet.sa);
  const auto datagram = net::Datagram::parse(packet.bytes());
  core::ensure(datagram.has_value());  // classify() has read it
  const auto [fit, largest] = fit_path(sa, *datagram, packet.bytes());
  if (fit == PathFit::cut_before) {
    const auto fragments = cut(packet, {.largest = largest});
    if (fragments.empty()) packet.drop(Verdict::too_big);
    seal_by_sa(tables, fragments, env, hops);
    return fragments.empty() ? one : fragments;
  }
  if (fit == PathFit::cut_after) {
    seal_by_sa(tables, one, env, hops);
    // The system cuts what leaves in UDP, for its header is the system's to write.
    if (!packet.passes() || sa.parameters.encapsulation) return one;
    const auto fragments = cut(packet, {sa.path_mtu.current(), core::random_u32(env.random)});
    if (fragments.empty()) packet.drop(Verdict::too_big);
    return fragments.empty() ? one : fragments;
  }
  packet.drop(Verdict::too_big);
  answers_.tell_largest(packet.bytes(), *datagram, largest, env.now);
  return one;
}

auto OutboundRoad::cut(const net::Packet& packet, const net::CutAt& at) noexcept
    -> std::span<net::Packet> {
  const auto cutter = net::Fragmenter::of(packet.bytes(), at);
  const auto room = fragments_.packets();
  if (!cutter || cutter->count() > room.size() || at.largest + 2 * net::headroom > fragment_slot)
    return {};
  for (std::size_t i = 0; i < cutter->count(); ++i) {
    room[i].size = static_cast<std::uint16_t>(cutter->write(i, room[i].reset()));
    room[i].sa = packet.sa;
  }
  return room.first(cutter->count());
}

void OutboundRoad::account(Tables& tables, std::span<const net::Packet> batch) noexcept {
  for_each_run(batch, [&](const net::Packet& first, std::size_t count) {
    verdicts_.count(first.verdict, count);
    if (first.sa != core::SaIndex::none) {
      tables.sad.outbound(first.sa).verdicts.count(first.verdict, count);
    }
  });
  for (const auto& packet : batch) {
    if (!net::is_harmless(packet.verdict)) notices_.note(notice_of(tables, packet));
  }
}

}  // namespace esplanade::pipeline
