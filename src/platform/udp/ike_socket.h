// IKE messages by UDP of both IP families on one local port, each with the addresses it came
// between, so that the answer leaves from the address that was asked.
//
//   while (auto received = socket.receive()) ... received->path, received->message
//   socket.send(path, message);
//
// Messages may be as long as the system puts fragments together: 65279 octets. DF is clear: what is
// too long for the path is fragmented.
//
// A system without IPv6 gives a socket for IPv4 alone.
//
// Threads: one owner.   Allocates: open() only.
#pragma once

#include "net/endpoint.h"
#include "platform/message_batch.h"

#include <memory>

namespace esplanade::platform {

class IkeSocket {
 public:
  /// `mark` goes on every packet sent (SO_MARK), so that it passes the TUN by.
  [[nodiscard]] static auto open(std::uint16_t port, std::uint32_t mark)
      -> SystemResult<std::unique_ptr<IkeSocket>>;

  [[nodiscard]] auto port() const noexcept -> std::uint16_t { return port_; }
  /// Any readable when receive() has something; -1 stands for no IPv6.
  [[nodiscard]] auto descriptors() const noexcept -> std::array<int, 2> {
    return {ipv4_.number(), ipv6_.number()};
  }

  struct Received {
    net::Path path;
    core::View message;  ///< until the next receive()
  };
  /// One datagram, of the two families in turn; nothing when none waits.
  [[nodiscard]] auto receive() noexcept -> std::optional<Received>;

  /// Answers pass, too_big or send_failed.
  [[nodiscard]] auto send(const net::Path& path, core::View message) noexcept -> net::Verdict;

 private:
  IkeSocket(std::uint16_t port, UniqueFd ipv4, UniqueFd ipv6);
  [[nodiscard]] auto socket_of(net::Family family) const noexcept -> const UniqueFd& {
    return family == net::Family::ipv4 ? ipv4_ : ipv6_;
  }
  [[nodiscard]] auto receive(net::Family family) noexcept -> std::optional<Received>;

  std::uint16_t port_;
  UniqueFd ipv4_;
  UniqueFd ipv6_;
  net::Family next_ = net::Family::ipv4;
  net::Arena arena_;
  MessageBatch batch_;
};

}  // namespace esplanade::platform
