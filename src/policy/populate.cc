#include "policy/populate.h"

#include <algorithm>

namespace esplanade::policy {
namespace {

using sa::TrafficSelector;

/// The values that one end of an SA is bound to.
struct Bounds {
  const std::optional<net::Address>& address;
  const std::optional<iana::IpProtocol>& protocol;
  const std::optional<sa::PortRange>& ports;
};

auto holds(const TrafficSelector& selector, const Bounds& bounds) -> bool {
  if (bounds.address && !selector.addresses.contains(*bounds.address)) return false;
  if (bounds.protocol && selector.protocol && *selector.protocol != *bounds.protocol) return false;
  return !bounds.ports || selector.ports.contains(bounds.ports->first);
}

auto bound(TrafficSelector selector, const Bounds& bounds) -> TrafficSelector {
  if (bounds.address) selector.addresses = net::Range(*bounds.address, *bounds.address);
  if (bounds.protocol) selector.protocol = bounds.protocol;
  if (bounds.ports) selector.ports = *bounds.ports;
  return selector;
}

auto bound_all(const std::vector<TrafficSelector>& selectors, const Bounds& bounds)
    -> std::vector<TrafficSelector> {
  std::vector<TrafficSelector> all;
  for (const auto& selector : selectors) {
    if (!holds(selector, bounds)) continue;
    const auto one = bound(selector, bounds);
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  }
  return all;
}

auto only(const net::Range& addresses) -> std::optional<net::Address> {
  return addresses.first() == addresses.last() ? std::optional(addresses.first()) : std::nullopt;
}

auto only(const sa::PortRange& ports) -> std::optional<sa::PortRange> {
  return ports.first == ports.last ? std::optional(ports) : std::nullopt;
}

void keep_family(std::vector<TrafficSelector>& selectors, const net::Address& address) {
  std::erase_if(selectors, [&](const TrafficSelector& one) {
    return one.addresses.family() != address.family();
  });
}

}  // namespace

auto shows_values(const PopulateFromPacket& flags, const net::Datagram& packet) noexcept -> bool {
  if (!flags.our_port && !flags.their_port) return true;
  return packet.ports.has_value() ||
         (packet.has_upper_header && !net::bears_ports(packet.protocol));
}

auto populate(const PopulateFromPacket& flags, const TrafficSelector& ours,
              const TrafficSelector& theirs) -> Populated {
  Populated values;
  if (flags.our_address) values.ours = only(ours.addresses);
  if (flags.their_address) values.theirs = only(theirs.addresses);
  if (flags.protocol) values.protocol = ours.protocol;
  if (flags.our_port) values.our_ports = only(ours.ports);
  if (flags.their_port) values.their_ports = only(theirs.ports);
  return values;
}

auto populated(const sa::Selectors& selectors, const Populated& values) -> sa::Selectors {
  sa::Selectors all{
      .ours = bound_all(selectors.ours, {values.ours, values.protocol, values.our_ports}),
      .theirs = bound_all(selectors.theirs, {values.theirs, values.protocol, values.their_ports})};
  const auto& address = values.ours ? values.ours : values.theirs;
  if (!address) return all;
  keep_family(all.ours, *address);
  keep_family(all.theirs, *address);
  return all;
}

}  // namespace esplanade::policy
