// Many messages in one system call (recvmmsg(2), sendmmsg(2)), with what travels beside their
// octets.
//
//   const auto count = batch.receive(socket, packets);
//   for (i < count) batch.envelope(i)->ours, ->tos, ...
//
//   batch.add(packet, octets, Envelope{...});     // octets: the part of the packet that is sent
//   batch.flush(socket);                          // gives each packet that failed its verdict
//
// Threads: one owner.   Allocates: never; all room is inside.
#pragma once

#include "net/packet.h"
#include "platform/sockets.h"

#include <sys/socket.h>

namespace esplanade::platform {

/// From whom or to whom, our address for it, and the IP header's fields.
struct Envelope {
  Endpoint theirs;
  net::Address ours;
  std::uint8_t tos = 0;  ///< IPv4 TOS or IPv6 traffic class
  std::uint8_t ttl = 0;  ///< IPv4 TTL or IPv6 hop limit
};

/// Of datagrams that carry nobody's packet.
inline constexpr std::uint8_t default_ttl = 64;

/// Asks for all that an Envelope holds, with every message received.
[[nodiscard]] auto request_envelopes(const UniqueFd& socket, net::Family family)
    -> SystemResult<void>;

class MessageBatch {
 public:
  MessageBatch() noexcept;
  MessageBatch(const MessageBatch&) = delete;
  auto operator=(const MessageBatch&) -> MessageBatch& = delete;

  /// At most batch_max messages, one a packet, behind its headroom; the number of packets filled.
  /// One longer than its slot is cut and gets Verdict::no_room.
  auto receive(const UniqueFd& socket, std::span<net::Packet> into) noexcept -> std::size_t;

  /// Of the message received into the packet at `index`; absent where the system left some out.
  [[nodiscard]] auto envelope(std::size_t index) const noexcept -> std::optional<Envelope>;

  /// To be sent by flush(). Link-local IPv6 destinations get Verdict::send_failed, for the packet
  /// does not say on which interface. The batch must not be full.
  void add(net::Packet& packet, core::View octets, const Endpoint& to) noexcept;
  /// The same, and the system writes the IP header from the whole envelope.
  void add(net::Packet& packet, core::View octets, const Envelope& envelope) noexcept;
  [[nodiscard]] auto is_full() const noexcept -> bool { return count_ == net::batch_max; }

  /// Sends all that was added. Verdicts: too_big for what exceeds the path's MTU and may not be
  /// fragmented, else send_failed. A full send buffer fails all that is left.
  void flush(const UniqueFd& socket) noexcept;

 private:
  // Our address, TOS and TTL; the largest is IPv6's.
  static constexpr std::size_t control_size =
      CMSG_SPACE(sizeof(in6_pktinfo)) + 2 * CMSG_SPACE(sizeof(int));

  struct Slot {
    alignas(cmsghdr) std::array<std::byte, control_size> control;
    SocketAddress address;
    iovec octets;
    net::Packet* packet;
  };

  void prepare_to_receive(std::size_t index, net::Packet& packet) noexcept;

  std::array<Slot, net::batch_max> slots_{};
  std::array<mmsghdr, net::batch_max> headers_{};
  std::size_t count_ = 0;  ///< waiting to be sent
};

}  // namespace esplanade::platform
