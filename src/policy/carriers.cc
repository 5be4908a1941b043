#include "policy/carriers.h"

#include "policy/match.h"

#include <algorithm>
#include <ranges>

namespace esplanade::policy {
namespace {

auto is_host(const sa::TrafficSelector& selector) -> bool {
  return selector.addresses.first() == selector.addresses.last();
}

auto is_for_hosts(const sa::Selectors& selectors) -> bool {
  return std::ranges::all_of(selectors.theirs, is_host);
}

}  // namespace

void Carriers::add(core::SaIndex sa, const sa::Selectors& selectors) {
  const auto carrier = Carrier{++count_, sa, &selectors};
  if (!is_for_hosts(selectors)) return wide_.push_back(carrier);
  for (const auto& selector : selectors.theirs) {
    auto& list = by_host_[selector.addresses.first()];
    if (list.empty() || list.back().sa != sa) list.push_back(carrier);
  }
}

void Carriers::remove(core::SaIndex sa, const sa::Selectors& selectors) {
  const auto is_it = [sa](const Carrier& carrier) { return carrier.sa == sa; };
  if (!is_for_hosts(selectors)) {
    std::erase_if(wide_, is_it);
    return;
  }
  for (const auto& selector : selectors.theirs) {
    const auto found = by_host_.find(selector.addresses.first());
    if (found == by_host_.end()) continue;
    std::erase_if(found->second, is_it);
    if (found->second.empty()) by_host_.erase(found);
  }
}

auto Carriers::newest(const List& list, const net::Datagram& packet) noexcept -> Carrier {
  for (const auto& carrier : std::views::reverse(list)) {
    if (matches(*carrier.selectors, packet, sa::Direction::outbound)) return carrier;
  }
  return {};
}

auto Carriers::find(const net::Datagram& packet) const noexcept -> core::SaIndex {
  const auto wide = newest(wide_, packet);
  const auto found = by_host_.find(packet.dst);
  if (found == by_host_.end()) return wide.sa;
  const auto host = newest(found->second, packet);
  return host.age > wide.age ? host.sa : wide.sa;
}

}  // namespace esplanade::policy
