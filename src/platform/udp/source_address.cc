#include "platform/udp/source_address.h"

#include "platform/sockets.h"

#include <sys/socket.h>

#include <algorithm>

namespace esplanade::platform {
namespace {

/// Connecting a UDP socket sends nothing, chooses an address and finds the route.
auto connected_to(const net::Address& theirs, std::uint32_t mark) -> std::optional<UniqueFd> {
  auto socket = open_socket(theirs.family(), SOCK_DGRAM, IPPROTO_UDP, mark);
  if (!socket) return std::nullopt;
  constexpr std::uint16_t any_port = 500;
  const auto address = to_socket_address({theirs, any_port});
  sockaddr_storage name{};
  std::memcpy(&name, address.octets.data(), address.size);
  if (::connect(socket->number(), reinterpret_cast<const sockaddr*>(&name), address.size) != 0) {
    return std::nullopt;
  }
  return *std::move(socket);
}

}  // namespace

auto source_address_for(const net::Address& theirs, std::uint32_t mark)
    -> std::optional<net::Address> {
  const auto socket = connected_to(theirs, mark);
  if (!socket) return std::nullopt;
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(socket->number(), reinterpret_cast<sockaddr*>(&name), &size) != 0) {
    return std::nullopt;
  }
  const auto ours = to_endpoint(std::as_bytes(std::span(&name, 1)).first(size));
  return ours ? std::optional(ours->address) : std::nullopt;
}

auto path_mtu_to(const net::Address& theirs, std::uint32_t mark) -> std::optional<std::uint16_t> {
  const auto socket = connected_to(theirs, mark);
  if (!socket) return std::nullopt;
  const bool is_ipv4 = theirs.family() == net::Family::ipv4;
  int mtu = 0;
  socklen_t size = sizeof mtu;
  if (::getsockopt(socket->number(), is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
                   is_ipv4 ? IP_MTU : IPV6_MTU, &mtu, &size) != 0) {
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(std::clamp(mtu, 0, 0xffff));
}

}  // namespace esplanade::platform
