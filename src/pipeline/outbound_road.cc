#include "pipeline/outbound_road.h"

#include "core/inplace_vector.h"
#include "pipeline/group_by_sa.h"
#include "pipeline/prefetch.h"

namespace esplanade::pipeline {
namespace {

using net::Verdict;

void classify(const policy::Spd& spd, net::Packet& packet) noexcept {
  packet.sa = core::SaIndex::none;
  if (!packet.passes()) return;  // the port has refused it
  const auto datagram = net::Datagram::parse(packet.bytes());
  if (!datagram) return packet.drop(Verdict::malformed);
  packet.sa = spd.classify(*datagram);
  if (packet.sa == core::SaIndex::none) packet.drop(Verdict::no_policy);
}

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

void OutboundRoad::run(Tables& tables, std::span<net::Packet> batch, esp::SealEnv env) noexcept {
  for_each_prefetched(batch, [&](std::size_t i) { classify(tables.spd, batch[i]); });

  GroupBySa(batch).for_each([&](core::SaIndex index, std::span<const std::uint16_t> positions) {
    core::InplaceVector<net::Packet*, net::batch_max> members;
    for (const auto position : positions) members.push_back(&batch[position]);
    esp::seal(tables.sad.outbound(index), members.all(), env);
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
