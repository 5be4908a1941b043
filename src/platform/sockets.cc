#include "platform/sockets.h"

#include <sys/socket.h>

namespace esplanade::platform {
namespace {

constexpr int receive_buffer = 4 << 20;  // octets: a few milliseconds at 10 Gbit/s

template <class T>
auto bytes_of(const T& value) noexcept -> core::View {
  return std::as_bytes(std::span(&value, 1));
}

}  // namespace

auto system_family(net::Family family) noexcept -> int {
  return family == net::Family::ipv4 ? AF_INET : AF_INET6;
}

auto set(const UniqueFd& socket, const SocketOption& option) -> SystemResult<void> {
  if (::setsockopt(socket.number(), option.level, option.name, &option.value,
                   sizeof option.value) != 0) {
    return system_failure(option.what);
  }
  return {};
}

auto open_socket(net::Family family, int type, int protocol, std::uint32_t mark)
    -> SystemResult<UniqueFd> {
  UniqueFd socket{::socket(system_family(family), type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol)};
  if (!socket.is_open()) return system_failure("open a socket");
  TRY(set(socket, {SOL_SOCKET, SO_MARK, static_cast<int>(mark), "mark a socket"}));
  (void)set(socket, {SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer, "enlarge a socket's buffer"});
  return socket;
}

auto open_udp_socket(net::Family family, std::uint16_t port, std::uint32_t mark)
    -> SystemResult<UniqueFd> {
  auto socket = TRY(open_socket(family, SOCK_DGRAM, IPPROTO_UDP, mark));
  if (family == net::Family::ipv6) {
    TRY(set(socket, {IPPROTO_IPV6, IPV6_V6ONLY, 1, "keep IPv4 off the IPv6 socket"}));
  }
  const auto any = family == net::Family::ipv4 ? "0.0.0.0" : "::";
  const auto address = to_socket_address({*net::Address::parse(any), port});
  sockaddr_storage name{};
  std::memcpy(&name, address.octets.data(), address.size);
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&name), address.size) != 0) {
    return system_failure("use UDP port " + std::to_string(port));
  }
  return socket;
}

auto to_socket_address(const Endpoint& endpoint) noexcept -> SocketAddress {
  SocketAddress result;
  const auto octets = endpoint.address.bytes();
  if (endpoint.address.family() == net::Family::ipv4) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(endpoint.port);
    core::copy(octets, std::as_writable_bytes(std::span(&ipv4.sin_addr, 1)));
    core::copy(bytes_of(ipv4), result.octets);
    result.size = sizeof ipv4;
  } else {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(endpoint.port);
    core::copy(octets, std::as_writable_bytes(std::span(&ipv6.sin6_addr, 1)));
    core::copy(bytes_of(ipv6), result.octets);
    result.size = sizeof ipv6;
  }
  return result;
}

auto to_endpoint(core::View octets) noexcept -> std::optional<Endpoint> {
  sa_family_t family = AF_UNSPEC;
  if (octets.size() < sizeof family) return std::nullopt;
  std::memcpy(&family, octets.data(), sizeof family);
  if (family == AF_INET && octets.size() >= sizeof(sockaddr_in)) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, octets.data(), sizeof ipv4);
    return Endpoint{net::Address{bytes_of(ipv4.sin_addr)}, ntohs(ipv4.sin_port)};
  }
  if (family == AF_INET6 && octets.size() >= sizeof(sockaddr_in6)) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, octets.data(), sizeof ipv6);
    return Endpoint{net::Address{bytes_of(ipv6.sin6_addr)}, ntohs(ipv6.sin6_port)};
  }
  return std::nullopt;
}

auto is_link_local(const net::Address& address) noexcept -> bool {
  const auto octets = address.bytes();
  return address.family() == net::Family::ipv6 && octets[0] == std::byte{0xfe} &&
         (octets[1] & std::byte{0xc0}) == std::byte{0x80};
}

}  // namespace esplanade::platform
