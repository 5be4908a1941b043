// An address with a UDP port, and the two ends of a conversation.
#pragma once

#include "net/address.h"

namespace esplanade::net {

struct Endpoint {
  Address address;
  std::uint16_t port = 0;  ///< host order
  auto operator<=>(const Endpoint&) const = default;
  /// "192.0.2.1:500", "[2001:db8::1]:500".
  [[nodiscard]] auto to_string() const -> std::string;
};

/// Between one of our addresses and one of theirs.
struct Path {
  Endpoint ours, theirs;
  auto operator<=>(const Path&) const = default;
};

}  // namespace esplanade::net
