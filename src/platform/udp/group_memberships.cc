#include "platform/udp/group_memberships.h"

#include "platform/sockets.h"

#include <algorithm>
#include <cstring>

namespace esplanade::platform {
namespace {

/// Unmarked, so that the interface is the one the system's own routes name.
auto join(const net::Address& group) -> SystemResult<UniqueFd> {
  auto socket = TRY(open_socket(group.family(), SOCK_DGRAM, 0, 0));
  const auto octets = group.bytes();
  if (group.family() == net::Family::ipv4) {
    ip_mreqn request{};
    std::memcpy(&request.imr_multiaddr, octets.data(), octets.size());
    TRY(set_bytes(socket, {IPPROTO_IP, IP_ADD_MEMBERSHIP, "join a group"}, request));
  } else {
    ipv6_mreq request{};
    std::memcpy(&request.ipv6mr_multiaddr, octets.data(), octets.size());
    TRY(set_bytes(socket, {IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, "join a group"}, request));
  }
  return socket;
}

}  // namespace

auto GroupMemberships::follow(std::span<const net::Address> groups) -> SystemResult<void> {
  std::map<net::Address, UniqueFd> joined;
  for (const auto& group : groups) {
    if (!members_.contains(group) && !joined.contains(group)) {
      joined.emplace(group, TRY(join(group)));
    }
  }
  std::erase_if(members_, [&](const auto& member) {
    return std::ranges::find(groups, member.first) == groups.end();
  });
  members_.merge(joined);
  return {};
}

}  // namespace esplanade::platform
