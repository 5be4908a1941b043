// Where packets come from and go to: TUN, raw sockets, UDP sockets, memory in tests. Batches both
// ways, never blocking.
#pragma once

#include "net/packet.h"

namespace esplanade::net {

class Port {
 public:
  Port() = default;
  Port(const Port&) = delete;
  auto operator=(const Port&) -> Port& = delete;
  virtual ~Port() = default;

  /// Reads up to `into.size()` whole IP datagrams, one a packet, and returns how many; 0 when
  /// nothing waits. Packets are reset first; those beyond the count are left alone.
  [[nodiscard]] virtual auto read(std::span<Packet> into) noexcept -> std::size_t = 0;

  /// Sends each packet that passes; what cannot be sent gets Verdict::send_failed or too_big.
  virtual void write(std::span<Packet> packets) noexcept = 0;
};

}  // namespace esplanade::net
