// ESP in UDP of both IP families (RFC 3948) on one local port. Packets are whole IP datagrams both
// ways: IP, UDP, and what UDP carries (ESP, a keep-alive, or IKE behind its marker).
//
// Read: the IP and UDP headers are written anew from what the system tells of them: addresses,
// ports, TOS or traffic class, TTL or hop limit. The UDP checksum, which the system has verified,
// is 0, and so are identification, DF and flow label.
//
// Written: addresses, destination port, TOS and TTL are taken from the packet's headers, and so is
// IPv4's DF; the system writes the headers from them. With DF, a packet longer than the path's MTU
// gets Verdict::too_big; without, and on IPv6, the system fragments it. A source port other than
// port(), and IPv6 link-local destinations, get send_failed.
//
// UDP_ENCAP is left alone: it would hand the datagrams to the kernel's ESP.
//
// Threads: one owner.   Allocates: open() only.
#pragma once

#include "net/port.h"
#include "platform/message_batch.h"
#include "platform/udp/joined_datagrams.h"

#include <memory>

namespace esplanade::platform {

class UdpEncapPort : public net::Port {
 public:
  /// `mark` goes on every packet sent (SO_MARK), so that it passes the TUN by. A system without
  /// IPv6 gives a port for IPv4 alone.
  [[nodiscard]] static auto open(std::uint16_t port, std::uint32_t mark)
      -> SystemResult<std::unique_ptr<UdpEncapPort>>;

  [[nodiscard]] auto port() const noexcept -> std::uint16_t { return port_; }
  /// Any readable when read() has something; -1, which poll(2) ignores, stands for no IPv6.
  [[nodiscard]] auto descriptors() const noexcept -> std::array<int, 2> {
    return {ipv4_.number(), ipv6_.number()};
  }

  [[nodiscard]] auto read(std::span<net::Packet> into) noexcept -> std::size_t override;
  void write(std::span<net::Packet> packets) noexcept override;

  /// One datagram that is no packet of the roads: IKE behind its marker, a keep-alive. Fragments
  /// are the system's to make. Answers pass, too_big or send_failed.
  [[nodiscard]] auto send(const net::Path& path, core::View payload) noexcept -> net::Verdict;

 private:
  /// Messages that may go in one system call: one socket, one setting of it.
  enum class Lane : std::uint8_t { ipv4_df_clear, ipv4_df_set, ipv6 };
  struct Outgoing;

  UdpEncapPort(std::uint16_t port, UniqueFd ipv4, UniqueFd ipv6) noexcept;
  [[nodiscard]] static auto dissect(core::View datagram) noexcept -> std::optional<Outgoing>;
  auto read_family(net::Family family, std::span<net::Packet> into) noexcept -> std::size_t;
  void flush(Lane lane) noexcept;

  std::uint16_t port_;
  UniqueFd ipv4_;
  UniqueFd ipv6_;
  Lane ipv4_setting_ = Lane::ipv4_df_clear;
  net::Family first_ = net::Family::ipv4;  ///< to be read first, in turns
  JoinedDatagrams from_ipv4_;
  JoinedDatagrams from_ipv6_;
  MessageBatch batch_;
};

}  // namespace esplanade::platform
