// Frames of one Ethernet device, by a packet socket (packet(7)). Every frame that comes in is seen,
// whoever it is for: the device is promiscuous as long as the port is open.
//
//   auto port = TRY(PacketPort::open("eth1", Seen::all, mark));
//   const auto count = port->read(packets);          // what stands behind the Ethernet header;
//   port->arrival(i);                                // the header itself stands right in front
//   write_header(packet, header); port->write(packets);
//
// Read: frames that the system itself has sent are left out. A checksum that the sender has left to
// its hardware is completed. What an offload has joined is longer than a frame and gets
// super_frame; open() turns off what joins on this device, so only a sender on this very machine
// can send such (a veth or a guest with segmentation offload). What does not fit its slot gets
// no_room.
//
// Written: each packet with the Ethernet header that stands in front of it. What is longer than the
// device's MTU gets too_big.
//
// Batches are recvmmsg and sendmmsg, not a ring (PACKET_RX_RING): packets have to stand in slots of
// ours with room around them, and a copy out of a ring would take the place of the system's.
//
// Threads: one owner.   Allocates: open() only.
#pragma once

#include "net/port.h"
#include "platform/link/device.h"

#include <memory>

namespace esplanade::platform {

/// How a frame came in.
struct Arrival {
  net::EthernetHeader header;
  bool is_to_us = false;   ///< to this very device's address, so the system has it too
  bool is_tagged = false;  ///< of a VLAN; the tag itself may be gone
};

/// In front of the packet, which must have room there.
void write_header(net::Packet& packet, const net::EthernetHeader& header) noexcept;

class PacketPort : public net::Port {
 public:
  /// `mark` goes on every frame sent (SO_MARK). Errors: no such device, or none of Ethernet.
  [[nodiscard]] static auto open(const std::string& device, Seen seen, std::uint32_t mark)
      -> SystemResult<std::unique_ptr<PacketPort>>;
  ~PacketPort() override;

  /// Readable when read() has something.
  [[nodiscard]] auto descriptor() const noexcept -> int { return socket_.number(); }
  [[nodiscard]] auto mac() const noexcept -> const net::MacAddress& { return mac_; }
  [[nodiscard]] auto name() const noexcept -> const std::string& { return name_; }

  [[nodiscard]] auto read(std::span<net::Packet> into) noexcept -> std::size_t override;
  /// Of the packet at `index` of what was read last, if it passes.
  [[nodiscard]] auto arrival(std::size_t index) const noexcept -> const Arrival&;
  void write(std::span<net::Packet> packets) noexcept override;

 private:
  struct Messages;

  PacketPort(std::string name, net::MacAddress mac, UniqueFd socket);
  /// Takes what stands in front off the packet at `index`, of which `size` octets were received.
  void accept(std::size_t index, net::Packet& packet, std::size_t size) noexcept;

  std::string name_;
  net::MacAddress mac_;
  UniqueFd socket_;
  std::unique_ptr<Messages> messages_;
};

}  // namespace esplanade::platform
