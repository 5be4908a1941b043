#include "pipeline/bridge/clear_arrivals.h"

namespace esplanade::pipeline {
namespace {

using net::Verdict;

auto verdict_for(policy::Processing processing) noexcept -> Verdict {
  switch (processing) {
    case policy::Processing::bypass:  return Verdict::pass;
    case policy::Processing::discard: return Verdict::discarded;
    case policy::Processing::protect: return Verdict::unprotected;
  }
  core::bug();
}

}  // namespace

auto ClearArrivals::judge(const Tables& tables, const net::Packet& packet, core::Time now) noexcept
    -> Verdict {
  const auto datagram = net::Datagram::parse(packet.bytes());
  if (!datagram) return Verdict::malformed;
  if (datagram->is_fragment) {
    first_fragments_.remember(*datagram, now);
    if (const auto complete = first_fragments_.complete(*datagram, now)) {
      return verdict_for(tables.spd.classify_clear(*complete));
    }
  }
  return verdict_for(tables.spd.classify_clear(*datagram));
}

void ClearArrivals::run(const Tables& tables, std::span<net::Packet> batch,
                        core::Time now) noexcept {
  for (auto& packet : batch) {
    packet.sa = core::SaIndex::none;
    if (packet.passes()) packet.verdict = judge(tables, packet, now);
  }
}

void ClearArrivals::account(std::span<const net::Packet> batch) noexcept {
  for (const auto& packet : batch) {
    verdicts_.count(packet.verdict);
    if (!net::is_harmless(packet.verdict))
      notices_.note(notice_about(packet, sa::Direction::inbound));
  }
}

}  // namespace esplanade::pipeline
