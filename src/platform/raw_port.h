// Datagrams of one IP family through a raw socket (raw(7)): those of one protocol, or sent ones of
// any. Packets are whole IP datagrams both ways.
//
// Read: IPv4 comes as it was on the wire. IPv6 comes from the protocol's header on, so the IPv6
// header is written anew from what the system tells of it: addresses, traffic class, hop limit. Its
// flow label is 0, and extension headers that stood before it are gone. AH covers such headers, so
// over IPv6 a packet that had them does not verify; the fields that are lost without them (flow
// label, and the class and hop limit as they were sent) AH does not cover.
//
// Written: the packet's own header is sent. On IPv4 the system fills in an identification of 0,
// the checksum and the total length. It fragments nothing: a packet longer than the link's MTU, or
// with DF than the path's, gets Verdict::too_big. IPv6 link-local destinations get send_failed,
// for a packet does not say on which interface.
//
// Threads: one owner.   Allocates: open() only.
#pragma once

#include "iana/ip_protocol.h"
#include "net/port.h"
#include "platform/message_batch.h"

#include <memory>

namespace esplanade::platform {

class RawPort : public net::Port {
 public:
  /// Sends datagrams of any protocol and receives none.
  static constexpr auto any_protocol = iana::IpProtocol{255};

  /// `mark` goes on every packet sent (SO_MARK), so that it passes the TUN by.
  [[nodiscard]] static auto open(iana::IpProtocol protocol, net::Family family, std::uint32_t mark)
      -> SystemResult<std::unique_ptr<RawPort>>;

  /// Receives ICMP errors about datagrams of this host, and sends none: of ICMP destinations that
  /// cannot be reached, of ICMPv6 packets that were too big.
  [[nodiscard]] static auto open_errors(net::Family family, std::uint32_t mark)
      -> SystemResult<std::unique_ptr<RawPort>>;

  /// Readable when read() has something.
  [[nodiscard]] auto descriptor() const noexcept -> int { return socket_.number(); }

  [[nodiscard]] auto read(std::span<net::Packet> into) noexcept -> std::size_t override;
  void write(std::span<net::Packet> packets) noexcept override;

 private:
  RawPort(iana::IpProtocol protocol, net::Family family, UniqueFd socket) noexcept;
  [[nodiscard]] auto destination(const net::Packet& packet) const noexcept
      -> std::optional<Endpoint>;

  iana::IpProtocol protocol_;
  net::Family family_;
  UniqueFd socket_;
  MessageBatch batch_;
};

}  // namespace esplanade::platform
