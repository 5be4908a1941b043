// The thread that moves packets: reads batches from every port, sends them down their road, writes
// them out, and sleeps when there is nothing.
//
// It alone touches the SAs of its tables. What is to change there is submitted as commands, which
// it carries out between two batches in the order they came; what they have taken out of the tables
// ends on the control thread.
//
// Threads: submit(), settle(), adopt() and stop() are the control thread's; verdicts() may be read
// by any.
#pragma once

#include "daemon/fixed_ports.h"
#include "daemon/generation.h"
#include "pipeline/change.h"
#include "pipeline/dummies.h"
#include "pipeline/inbound_road.h"
#include "pipeline/outbound_road.h"
#include "pipeline/path/path_errors.h"
#include "platform/poller.h"
#include "platform/system_random.h"

#include <atomic>
#include <mutex>
#include <thread>

namespace esplanade::daemon {

/// What keying has given up on is dropped and counted.
struct DropHeld {
  policy::PolicyId policy{};
};
/// The next generation; the old one's SAs pass on their numbers and windows.
struct Adopt {
  std::shared_ptr<Generation> next;  ///< the one before, when it is done
};
/// A datagram of keying's from the UDP port that ESP shares.
struct SendDatagram {
  net::Path path;
  core::Bytes payload;
};
/// The addresses of this system, in order, where it is a gateway's.
struct OwnAddresses {
  std::vector<net::Address> all;
};
using Command = std::variant<pipeline::Change, DropHeld, Adopt, SendDatagram, OwnAddresses>;

class Worker {
 public:
  /// `mark` is on all that leaves, and so part of what a path is.
  Worker(FixedPorts ports, std::unique_ptr<platform::Poller> poller,
         std::shared_ptr<Generation> first, pipeline::NoticeSink& notices, std::uint32_t mark);
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  auto operator=(const Worker&) -> Worker& = delete;

  void start();
  void stop();

  /// All of them between the same two batches.
  void submit(std::vector<Command> commands);
  /// Returns when all that was submitted is done, or the worker has ended.
  void settle();
  void adopt(std::shared_ptr<Generation> next);

  /// The TUN was deleted under it, and the worker has ended.
  [[nodiscard]] auto has_lost_tun() const noexcept -> bool {
    return has_lost_tun_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] auto outbound_verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return outbound_.verdicts();
  }
  [[nodiscard]] auto inbound_verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return inbound_.verdicts();
  }
  /// nullptr on a host.
  [[nodiscard]] auto crossing() const noexcept -> const Crossing* { return ports_.crossing.get(); }

 private:
  void run();
  void carry_out_commands();
  void carry_out(pipeline::Change& change);
  void carry_out(DropHeld& command);
  void carry_out(Adopt& command);
  void carry_out(SendDatagram& command);
  void carry_out(OwnAddresses& command) const;
  /// What was held for `policy` goes its way.
  void release(policy::PolicyId policy);
  /// What packets come from; a call of the system for each that has none would cost more than the
  /// packets of those that have.
  struct Source {
    net::Port* port;
    std::array<int, 2> descriptors;
    /// It has filled a batch, and may have kept what found no room; or has not been asked since it
    /// is watched.
    bool has_more = true;
  };
  void watch_ports();
  [[nodiscard]] auto is_due(const Source& source) const noexcept -> bool;
  /// What is read of one that is due: a batch at most, in the arena's packets.
  [[nodiscard]] auto read(Source& source, net::Arena& arena) const noexcept
      -> std::span<net::Packet>;
  /// One batch from every port that has something; true if any had.
  [[nodiscard]] auto serve() noexcept -> bool;
  [[nodiscard]] auto serve_tun(core::Time now) noexcept -> bool;
  [[nodiscard]] auto serve_crossing(core::Time now) noexcept -> bool;
  [[nodiscard]] auto serve_wire(Source& source, net::Arena& arena, core::Time now) noexcept -> bool;
  [[nodiscard]] auto serve_errors(Source& source, core::Time now) noexcept -> bool;
  void send_dummies(core::Time now) noexcept;
  [[nodiscard]] auto sleep_at_most() const noexcept -> core::Duration;
  /// What passes in clear leaves by `clear`; nullptr: by the system's routes.
  void send_out(std::span<net::Packet> batch, net::Port* clear, core::Time now) noexcept;
  void send(std::span<net::Packet> batch, net::Port* clear, core::Time now) noexcept;
  /// To this system, or to the inside of a gateway.
  void hand_in(std::span<net::Packet> batch, Crossing::Origin origin,
               core::Time now) const noexcept;
  /// The system refused one of `sent` as too big: what it knows of that path, the SA learns.
  void learn_path(std::span<const net::Packet> sent, core::Time now) noexcept;
  [[nodiscard]] auto udp_port(std::uint16_t number) const noexcept -> platform::UdpEncapPort*;
  [[nodiscard]] auto clear_port_for(const net::Packet& packet) const noexcept -> net::Port*;
  [[nodiscard]] auto sealed_port_for(const net::Packet& packet) const noexcept -> net::Port*;

  pipeline::NoticeSink& notices_;
  std::uint32_t mark_;
  FixedPorts ports_;
  std::unique_ptr<platform::Poller> poller_;
  std::shared_ptr<Generation> current_;
  Source tun_{};
  std::vector<Source> raw_, errors_, udp_;
  platform::SystemRandom random_;
  pipeline::OutboundRoad outbound_;
  pipeline::InboundRoad inbound_;
  pipeline::PathErrors path_errors_;
  pipeline::Dummies dummies_;
  net::Arena arena_;
  net::Arena udp_arena_;

  std::mutex commands_mutex_;
  std::vector<Command> commands_;
  std::vector<Command> done_;              ///< ended by the control thread
  std::atomic<std::uint64_t> wanted_{0};   ///< commands submitted
  std::atomic<std::uint64_t> settled_{0};  ///< commands carried out
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> has_lost_tun_{false};
  std::thread thread_;
};

}  // namespace esplanade::daemon
