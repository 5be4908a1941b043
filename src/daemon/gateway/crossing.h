// Two Ethernet devices with policy between them (RFC 4301, 3.3: a bump in the wire). What passes in
// clear keeps its Ethernet header, so both links are one to the hosts on them; what is protected
// leaves and comes by the system's own address on the outside.
//
//   inside --> read_inside() --> pipeline::OutboundRoad --> ESP or AH, by the system's sockets
//                   |                      `--> BYPASS --> outside(), as it was
//                   `--> ARP and the like, as configured --> outside, as it was
//   inside <-- SPD-I, ARP and the like <-- serve_outside() <-- outside, but for the system's own
//   inside <-- deliver() <-- pipeline::InboundRoad <-- ESP or AH, by the system's sockets
//
// What is sent to this system's own address on the outside is the system's; on the inside nothing
// is (platform/guard sees to that). An opened packet goes to whom `pipeline::Neighbours` knows on
// the inside; for whom it does not, it is dropped, and the link is asked.
//
// Threads: one worker; counters may be read by others.   Allocates: when made, and follow().
#pragma once

#include "config/configuration.h"
#include "pipeline/bridge/clear_arrivals.h"
#include "pipeline/bridge/neighbours.h"
#include "platform/link/packet_port.h"

namespace esplanade::daemon {

class Crossing {
 public:
  struct Ports {
    std::unique_ptr<platform::PacketPort> inside, outside;
  };
  Crossing(Ports ports, const config::Gateway& settings, pipeline::NoticeSink& notices);

  /// Opened packets for one of these are for the system.
  void follow(std::vector<net::Address> ours) { ours_ = std::move(ours); }

  [[nodiscard]] auto descriptors() const -> std::array<int, 2> {
    return {ports_.inside->descriptor(), ports_.outside->descriptor()};
  }

  /// Datagrams from the inside for the outbound road, at the front of `room`; nothing is left to do
  /// for what is behind them. `taken` counts all that was there.
  struct Taken {
    std::size_t taken = 0;
    std::span<net::Packet> datagrams;
  };
  [[nodiscard]] auto read_inside(std::span<net::Packet> room, core::Time now) noexcept -> Taken;
  /// For datagrams that read_inside() gave and policy lets through.
  [[nodiscard]] auto outside() const noexcept -> net::Port& { return *ports_.outside; }

  /// One batch from the outside; false if there was none.
  [[nodiscard]] auto serve_outside(const pipeline::Tables& tables, std::span<net::Packet> room,
                                   core::Time now) noexcept -> bool;

  /// Where packets that have no Ethernet header come from.
  enum class Origin : std::uint8_t { opened, made_here };
  /// To the inside, or by `system` to this system.
  void deliver(std::span<net::Packet> batch, Origin origin, net::Port& system,
               core::Time now) noexcept;

  /// Datagrams from the outside that were in clear and not for this system.
  [[nodiscard]] auto clear_verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return clear_.verdicts();
  }
  /// Frames without datagrams for policy, both ways.
  [[nodiscard]] auto frame_verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return frames_;
  }

 private:
  enum class Side : std::uint8_t { inside, outside };
  /// Puts the packets that policy is to judge in front, in their order; how many.
  [[nodiscard]] auto sort(std::span<net::Packet> batch, Side from, core::Time now) noexcept
      -> std::size_t;
  /// True for what policy is to judge; for a frame of another kind, whether it passes.
  [[nodiscard]] auto is_for_policy(net::Packet& packet, const platform::Arrival& arrival, Side from,
                                   core::Time now) noexcept -> bool;
  [[nodiscard]] auto is_datagram_for_policy(net::Packet& packet, const platform::Arrival& arrival,
                                            Side from, core::Time now) noexcept -> bool;
  /// `datagram` is one of neighbour discovery.
  void learn_advertised(const net::Datagram& datagram, const net::Packet& packet,
                        const net::MacAddress& src, core::Time now) noexcept;
  void send_frames(std::span<net::Packet> frames, net::Port& to) noexcept;

  [[nodiscard]] auto is_ours(const net::Packet& packet) const noexcept -> bool;
  /// Writes the Ethernet header, or drops.
  void address(net::Packet& packet, Origin origin, core::Time now) noexcept;
  void ask_for(const net::Address& wanted) noexcept;

  Ports ports_;
  config::Gateway settings_;
  std::vector<net::Address> ours_;
  pipeline::Neighbours neighbours_;
  pipeline::ClearArrivals clear_;
  ipsec::VerdictCounters frames_;
  net::Arena question_;
};

}  // namespace esplanade::daemon
