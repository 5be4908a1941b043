// Reading from a UDP socket whose system joins datagrams of one size from one peer (UDP_GRO): what
// is one message there becomes packets of their own here.
//
//   joined.receive(socket, packets, [&](net::Packet& packet, const Envelope& envelope) { ... });
//
// What finds no packet waits for the next call; the descriptor does not say so.
//
// Threads: one owner.   Allocates: when made.
#pragma once

#include "net/packet.h"
#include "platform/udp/envelope.h"

#include <vector>

namespace esplanade::platform {

class JoinedDatagrams {
 public:
  JoinedDatagrams();

  /// Fills packets behind their headroom, in order, and hands each that passes to `act` with its
  /// envelope; how many. One longer than its slot is cut and gets Verdict::no_room; without a whole
  /// envelope, malformed.
  template <class Act>
  auto receive(const UniqueFd& socket, std::span<net::Packet> into, const Act& act) noexcept
      -> std::size_t {
    std::size_t count = 0;
    for (; count < into.size() && (has_more() || fetch(socket)); ++count) {
      auto& packet = into[count];
      const auto envelope = envelope_;
      take(packet);
      if (!packet.passes()) continue;
      if (envelope) {
        act(packet, *envelope);
      } else {
        packet.drop(net::Verdict::malformed);
      }
    }
    return count;
  }

 private:
  static constexpr std::size_t messages = 8;
  static constexpr std::size_t longest = 65536;

  struct Slot {
    alignas(cmsghdr) std::array<std::byte, control_size> control;
    SocketAddress address;
    iovec octets;
  };

  [[nodiscard]] auto has_more() const noexcept -> bool { return at_ < count_; }
  [[nodiscard]] auto fetch(const UniqueFd& socket) noexcept -> bool;
  /// Reads what stands beside message `at_`.
  void begin_message() noexcept;
  void take(net::Packet& packet) noexcept;

  std::vector<std::byte> buffers_;
  std::array<Slot, messages> slots_{};
  std::array<mmsghdr, messages> headers_{};
  std::size_t count_ = 0;
  std::size_t at_ = 0;
  core::View rest_;  ///< of message `at_`
  std::size_t segment_size_ = 0;
  std::optional<Envelope> envelope_;
};

}  // namespace esplanade::platform
