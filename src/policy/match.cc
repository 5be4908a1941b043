#include "policy/match.h"

#include "policy/mismatch.h"

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

/// Does the end show what the selector's ports want?
auto fits(const sa::PortRange& ports, const End& end) noexcept -> bool {
  if (ports.is_any()) return true;
  if (ports.is_opaque()) return !end.port;
  return end.port && ports.contains(*end.port);
}

auto obstacle(const sa::TrafficSelector& selector, const End& end) noexcept -> Obstacle {
  if (!selector.addresses.contains(end.address)) return Obstacle::address;
  if (selector.protocol && *selector.protocol != end.protocol) return Obstacle::protocol;
  return fits(selector.ports, end) ? Obstacle::none : Obstacle::port;
}

auto any_matches(const std::vector<sa::TrafficSelector>& selectors, const End& end) noexcept
    -> bool {
  return std::ranges::any_of(selectors,
                             [&](const auto& one) { return obstacle(one, end) == Obstacle::none; });
}

auto nearest(const std::vector<sa::TrafficSelector>& selectors, const End& end) noexcept
    -> Obstacle {
  auto best = Obstacle::address;
  for (const auto& one : selectors) best = std::max(best, obstacle(one, end));
  return best;
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

auto mismatch(const sa::Selectors& selectors, const net::Datagram& packet,
              sa::Direction direction) noexcept -> Mismatch {
  const auto src = source_of(packet);
  const auto dst = destination_of(packet);
  const bool is_outbound = direction == sa::Direction::outbound;
  return {nearest(selectors.ours, is_outbound ? src : dst),
          nearest(selectors.theirs, is_outbound ? dst : src)};
}

}  // namespace esplanade::policy
