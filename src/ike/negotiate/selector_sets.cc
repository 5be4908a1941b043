#include "ike/negotiate/selector_sets.h"

#include <algorithm>
#include <set>

namespace esplanade::ike::negotiate {
namespace {

using net::Address;
using net::Range;
using sa::PortRange;
using sa::TrafficSelector;
using Protocol = std::optional<iana::IpProtocol>;

constexpr std::uint32_t no_port = 65536;

// As numbers from 0 to no_port, both included; first > last is the empty set.
struct Ports {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

auto ports_of(const PortRange& range) noexcept -> Ports {
  if (range.is_any()) return {0, no_port};
  if (range == opaque) return {no_port, no_port};
  return {range.first, range.last};
}

auto range_of(const Ports& ports) noexcept -> PortRange {
  if (ports.first == no_port) return opaque;
  return {.first = static_cast<std::uint16_t>(ports.first),
          .last = static_cast<std::uint16_t>(std::min(ports.last, no_port - 1))};
}

auto common_ports(const PortRange& a, const PortRange& b) noexcept -> std::optional<PortRange> {
  const auto x = ports_of(a);
  const auto y = ports_of(b);
  const Ports both{std::max(x.first, y.first), std::min(x.last, y.last)};
  if (both.first > both.last) return std::nullopt;
  return range_of(both);
}

auto common_addresses(const Range& a, const Range& b) -> std::optional<Range> {
  if (a.family() != b.family()) return std::nullopt;
  const auto first = std::max(a.first(), b.first());
  const auto last = std::min(a.last(), b.last());
  if (first > last) return std::nullopt;
  return Range(first, last);
}

auto share_protocol(const Protocol& a, const Protocol& b) noexcept -> bool {
  return !a || !b || *a == *b;
}

// The address behind, nothing behind the last of a family.
auto next(const Address& address) -> std::optional<Address> {
  core::Bytes octets(address.bytes().begin(), address.bytes().end());
  for (auto it = octets.rbegin(); it != octets.rend(); ++it) {
    *it = static_cast<std::byte>(std::to_integer<unsigned>(*it) + 1);
    if (*it != std::byte{0}) return Address(octets);
  }
  return std::nullopt;
}

// Do `sets` together hold all of `wanted`? No gap may open behind the highest number reached.
auto is_filled(const Ports& wanted, std::vector<Ports> sets) -> bool {
  std::ranges::sort(sets, {}, &Ports::first);
  auto missing = wanted.first;
  for (const auto& set : sets) {
    if (set.first > missing) return false;
    missing = std::max(missing, set.last + 1);
    if (missing > wanted.last) return true;
  }
  return missing > wanted.last;
}

auto has_all_ports(const PortRange& wanted, const Selectors& outer, const Protocol& protocol)
    -> bool {
  std::vector<Ports> sets;
  for (const auto& selector : outer) {
    const auto is_for = !selector.protocol || selector.protocol == protocol;
    const auto ports = ports_of(selector.ports);
    if (is_for && ports.first <= ports.last) sets.push_back(ports);
  }
  return is_filled(ports_of(wanted), std::move(sets));
}

// For every protocol of `inner`: those that `outer` names one by one, and all others together as
// the one that has no name there.
auto has_all_protocols(const TrafficSelector& inner, const Selectors& outer) -> bool {
  if (inner.protocol) return has_all_ports(inner.ports, outer, inner.protocol);
  std::set<Protocol> named;
  for (const auto& selector : outer) named.insert(selector.protocol);
  constexpr std::size_t all_protocols = 256;
  const auto has_others = named.size() - (named.contains(std::nullopt) ? 1U : 0U) < all_protocols;
  if (has_others) named.insert(std::nullopt);
  return std::ranges::all_of(named, [&](const auto& protocol) {
    return (!protocol && !has_others) || has_all_ports(inner.ports, outer, protocol);
  });
}

// Where the set of selectors around an address can change: the first of `inner`, and beginnings
// and ends within it.
auto turning_points(const TrafficSelector& inner, const Selectors& outer) -> std::set<Address> {
  std::set<Address> points{inner.addresses.first()};
  for (const auto& selector : outer) {
    points.insert(selector.addresses.first());
    if (const auto behind = next(selector.addresses.last())) points.insert(*behind);
  }
  std::erase_if(points, [&](const auto& point) { return !inner.addresses.contains(point); });
  return points;
}

}  // namespace

auto common_part(const TrafficSelector& a, const TrafficSelector& b)
    -> std::optional<TrafficSelector> {
  const auto addresses = common_addresses(a.addresses, b.addresses);
  const auto ports = common_ports(a.ports, b.ports);
  if (!addresses || !ports || !share_protocol(a.protocol, b.protocol)) return std::nullopt;
  return TrafficSelector{
      .addresses = *addresses, .protocol = a.protocol ? a.protocol : b.protocol, .ports = *ports};
}

auto overlaps(const TrafficSelector& a, const TrafficSelector& b) -> bool {
  return common_part(a, b).has_value();
}

auto contains(const TrafficSelector& outer, const TrafficSelector& inner) -> bool {
  return common_part(outer, inner) == inner;
}

auto is_covered(const TrafficSelector& inner, const Selectors& outer) -> bool {
  if (std::ranges::any_of(outer, [&](const auto& one) { return contains(one, inner); })) {
    return true;
  }
  const auto points = turning_points(inner, outer);
  return std::ranges::all_of(points, [&](const auto& point) {
    Selectors here;
    std::ranges::copy_if(outer, std::back_inserter(here), [&](const auto& selector) {
      return selector.addresses.family() == inner.addresses.family() &&
             selector.addresses.contains(point);
    });
    return has_all_protocols(inner, here);
  });
}

}  // namespace esplanade::ike::negotiate
