#include "platform/udp/source_address.h"

#include "platform/sockets.h"

#include <sys/socket.h>

namespace esplanade::platform {

/// Connecting a UDP socket sends nothing and chooses an address.
auto source_address_for(const net::Address& theirs, std::uint32_t mark)
    -> std::optional<net::Address> {
  const auto socket = open_socket(theirs.family(), SOCK_DGRAM, IPPROTO_UDP, mark);
  if (!socket) return std::nullopt;
  constexpr std::uint16_t any_port = 500;
  const auto address = to_socket_address({theirs, any_port});
  sockaddr_storage name{};
  std::memcpy(&name, address.octets.data(), address.size);
  if (::connect(socket->number(), reinterpret_cast<const sockaddr*>(&name), address.size) != 0) {
    return std::nullopt;
  }
  socklen_t size = sizeof name;
  if (::getsockname(socket->number(), reinterpret_cast<sockaddr*>(&name), &size) != 0) {
    return std::nullopt;
  }
  const auto ours = to_endpoint(std::as_bytes(std::span(&name, 1)).first(size));
  return ours ? std::optional(ours->address) : std::nullopt;
}

}  // namespace esplanade::platform
