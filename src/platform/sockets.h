// What the socket ports share: descriptors with options, and addresses as the system has them.
#pragma once

#include "net/endpoint.h"
#include "platform/system_error.h"
#include "platform/unique_fd.h"

#include <netinet/in.h>

#include <optional>

namespace esplanade::platform {

[[nodiscard]] auto system_family(net::Family family) noexcept -> int;

/// Non-blocking, close-on-exec, marked `mark` (SO_MARK), with a large receive buffer if the system
/// allows it.
[[nodiscard]] auto open_socket(net::Family family, int type, int protocol, std::uint32_t mark)
    -> SystemResult<UniqueFd>;

/// A UDP socket of ours alone on `port` of every address, and for IPv6 of that family alone.
[[nodiscard]] auto open_udp_socket(net::Family family, std::uint16_t port, std::uint32_t mark)
    -> SystemResult<UniqueFd>;

/// An option whose value is an int; `what` is for the error.
struct SocketOption {
  int level;
  int name;
  int value;
  const char* what;
};
[[nodiscard]] auto set(const UniqueFd& socket, const SocketOption& option) -> SystemResult<void>;

/// An option whose value is a structure.
struct StructuredOption {
  int level;
  int name;
  const char* what;
};
template <class T>
[[nodiscard]] auto set_bytes(const UniqueFd& socket, const StructuredOption& option, const T& value)
    -> SystemResult<void> {
  if (::setsockopt(socket.number(), option.level, option.name, &value, sizeof value) == 0)
    return {};
  return system_failure(option.what);
}

/// One end of a message; the port is 0 on raw sockets.
using Endpoint = net::Endpoint;

/// A sockaddr_in or sockaddr_in6.
struct SocketAddress {
  alignas(sockaddr_in6) std::array<std::byte, sizeof(sockaddr_in6)> octets{};
  socklen_t size = 0;
};

[[nodiscard]] auto to_socket_address(const Endpoint& endpoint) noexcept -> SocketAddress;

/// `octets` as the system filled them in; absent for families other than IP.
[[nodiscard]] auto to_endpoint(core::View octets) noexcept -> std::optional<Endpoint>;

/// fe80::/10 (RFC 4291, 2.5.6): means nothing without an interface, which we are never told.
[[nodiscard]] auto is_link_local(const net::Address& address) noexcept -> bool;

}  // namespace esplanade::platform
