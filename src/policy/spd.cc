#include "policy/spd.h"

#include "policy/match.h"

#include <algorithm>

namespace esplanade::policy {

auto Spd::classify(const net::Datagram& packet) const noexcept -> core::SaIndex {
  const auto entry = std::ranges::find_if(entries_, [&](const SpdEntry& candidate) {
    return matches(candidate.selectors, packet, sa::Direction::outbound);
  });
  return entry == entries_.end() ? core::SaIndex::none : entry->sa;
}

}  // namespace esplanade::policy
