#include "ipsec/gate.h"

#include "core/endian.h"

namespace esplanade::ipsec {
namespace {

auto words_of(const net::Address& address) -> std::array<std::uint64_t, 2> {
  const auto octets = address.bytes();
  if (address.family() == net::Family::ipv4) return {core::load_be<std::uint32_t>(octets, 0), 0};
  return {core::load_be<std::uint64_t>(octets, 0), core::load_be<std::uint64_t>(octets, 8)};
}

/// The only one of `family`.
auto only_of(const std::vector<sa::TrafficSelector>& all, net::Family family)
    -> const sa::TrafficSelector* {
  const sa::TrafficSelector* found = nullptr;
  for (const auto& one : all) {
    if (one.addresses.family() != family) continue;
    if (found != nullptr) return nullptr;
    found = &one;
  }
  return found;
}

}  // namespace

Gate::Gate(const sa::Selectors& selectors)
    : ipv4_(part_of(selectors, net::Family::ipv4)), ipv6_(part_of(selectors, net::Family::ipv6)) {}

auto Gate::side_of(const sa::TrafficSelector& selector) -> Side {
  return {.first = words_of(selector.addresses.first()),
          .last = words_of(selector.addresses.last()),
          .ports = selector.ports,  // opaque ones contain no port
          .protocol = selector.protocol.value_or(iana::IpProtocol{}),
          .has_protocol = selector.protocol.has_value()};
}

auto Gate::part_of(const sa::Selectors& selectors, net::Family family) -> Part {
  const auto* const theirs = only_of(selectors.theirs, family);
  const auto* const ours = only_of(selectors.ours, family);
  if (theirs == nullptr || ours == nullptr) return {};
  const auto is_choosy = [](const sa::TrafficSelector& one) {
    return one.protocol.has_value() || !one.ports.is_any();
  };
  return {.theirs = side_of(*theirs),
          .ours = side_of(*ours),
          .is_simple = true,
          .has_ports_or_protocol = is_choosy(*theirs) || is_choosy(*ours)};
}

}  // namespace esplanade::ipsec
