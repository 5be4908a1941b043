#include "platform/link/local_addresses.h"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>

#include "platform/sockets.h"

namespace esplanade::platform {
namespace {

auto octets_of(const sockaddr& address) -> core::View {
  const auto size = address.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  return {reinterpret_cast<const std::byte*>(&address), size};
}

auto is_ip(const sockaddr* address) -> bool {
  return address != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

}  // namespace

auto local_addresses() -> SystemResult<std::vector<net::Address>> {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return system_failure("list the addresses of this system");
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);
  std::vector<net::Address> addresses;
  for (const auto* one = first; one != nullptr; one = one->ifa_next) {
    if (!is_ip(one->ifa_addr)) continue;
    if (const auto endpoint = to_endpoint(octets_of(*one->ifa_addr))) {
      addresses.push_back(endpoint->address);
    }
  }
  std::ranges::sort(addresses);
  const auto [from, to] = std::ranges::unique(addresses);
  addresses.erase(from, to);
  return addresses;
}

}  // namespace esplanade::platform
