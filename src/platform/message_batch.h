// Many messages in one system call (recvmmsg(2), sendmmsg(2)), with what travels beside their
// octets.
//
//   const auto count = batch.receive(socket, packets);
//   for (i < count) batch.envelope(i)->ours, ->tos, ...
//
//   batch.add(packet, octets, Envelope{...});     // octets: the part of the packet that is sent
//   batch.flush(socket);                          // gives each packet that failed its verdict
//
// Neighbours of one size to one peer leave as one message that the system cuts (UDP_SEGMENT), where
// the batch is of UDP: a message costs what a datagram does.
//
// Threads: one owner.   Allocates: never; all room is inside.
#pragma once

#include "net/packet.h"
#include "platform/udp/envelope.h"

#include <sys/socket.h>

namespace esplanade::platform {

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
  [[nodiscard]] auto is_full() const noexcept -> bool { return piece_count_ == net::batch_max; }

  /// Sends all that was added. Verdicts: too_big for what exceeds the path's MTU and may not be
  /// fragmented, else send_failed. A full send buffer fails all that is left.
  void flush(const UniqueFd& socket) noexcept;

 private:
  /// The system takes no more of one message: UDP_MAX_SEGMENTS of its older versions, and the
  /// longest datagram.
  static constexpr std::size_t most_segments = 64, most_octets = 65000;

  struct Slot {
    alignas(cmsghdr) std::array<std::byte, control_size> control;
    SocketAddress address;
    std::optional<Envelope> envelope;  ///< of UDP that is sent
    std::size_t first = 0;             ///< of pieces_
    std::size_t segment_size = 0;
    std::size_t octets = 0;
    bool is_closed = true;  ///< nothing may follow: the last was shorter
  };

  void prepare_to_receive(std::size_t index, net::Packet& packet) noexcept;
  /// Joins the message before; false if it is another.
  [[nodiscard]] auto join(net::Packet& packet, core::View octets, const Envelope& envelope) noexcept
      -> bool;
  void add_piece(net::Packet& packet, core::View octets) noexcept;
  /// The packets of message `at`, each as a message of its own.
  void send_apart(const UniqueFd& socket, std::size_t at) noexcept;
  void drop(std::size_t at, net::Verdict verdict) noexcept;

  std::array<Slot, net::batch_max> slots_{};
  std::array<mmsghdr, net::batch_max> headers_{};
  std::array<iovec, net::batch_max> pieces_{};
  std::array<net::Packet*, net::batch_max> packets_{};
  std::size_t count_ = 0;        ///< messages waiting to be sent
  std::size_t piece_count_ = 0;  ///< and their packets
};

}  // namespace esplanade::platform
