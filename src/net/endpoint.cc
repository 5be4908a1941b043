#include "net/endpoint.h"

namespace esplanade::net {

auto Endpoint::to_string() const -> std::string {
  const auto text = address.to_string();
  const auto host = address.family() == Family::ipv6 ? "[" + text + "]" : text;
  return host + ":" + std::to_string(port);
}

}  // namespace esplanade::net
