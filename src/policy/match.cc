#include "policy/match.h"

#include <algorithm>

namespace esplanade::policy {
namespace {

/// One end of a packet as a selector sees it.
struct End {
  const net::Address& address;
  iana::IpProtocol protocol;
  std::optional<std::uint16_t> port;
};

auto source_of(const net::Datagram& packet) noexcept -> End {
  const auto port = packet.ports ? std::optional(packet.ports->src) : std::nullopt;
  return {packet.src, packet.protocol, port};
}

auto destination_of(const net::Datagram& packet) noexcept -> End {
  const auto port = packet.ports ? std::optional(packet.ports->dst) : std::nullopt;
  return {packet.dst, packet.protocol, port};
}

auto matches(const sa::TrafficSelector& selector, const End& end) noexcept -> bool {
  if (!selector.addresses.contains(end.address)) return false;
  if (selector.protocol && *selector.protocol != end.protocol) return false;
  if (selector.ports.is_any()) return true;
  return end.port && selector.ports.contains(*end.port);
}

auto any_matches(const std::vector<sa::TrafficSelector>& selectors, const End& end) noexcept
    -> bool {
  return std::ranges::any_of(selectors, [&](const auto& one) { return matches(one, end); });
}

}  // namespace

auto matches(const sa::Selectors& selectors, const net::Datagram& packet,
             sa::Direction direction) noexcept -> bool {
  const auto src = source_of(packet);
  const auto dst = destination_of(packet);
  const bool is_outbound = direction == sa::Direction::outbound;
  return any_matches(selectors.ours, is_outbound ? src : dst) &&
         any_matches(selectors.theirs, is_outbound ? dst : src);
}

}  // namespace esplanade::policy
