// The thread that moves packets: reads batches from every port, sends them down their road, writes
// them out, and sleeps when there is nothing.
//
// It alone touches the SAs of its generation. adopt() hands it a new one and returns when the
// worker uses it; the old one's SAs have then passed on their numbers and windows.
//
// Threads: adopt() and stop() are the control thread's; verdicts() may be read by any.
#pragma once

#include "daemon/generation.h"
#include "daemon/notice_ring.h"
#include "pipeline/inbound_road.h"
#include "pipeline/outbound_road.h"
#include "platform/poller.h"
#include "platform/raw_port.h"
#include "platform/system_random.h"
#include "platform/tun.h"

#include <atomic>
#include <mutex>
#include <thread>

namespace esplanade::daemon {

/// The ports that stay as long as the daemon does. ipv6 is absent where the system has none.
struct FixedPorts {
  std::unique_ptr<platform::Tun> tun;
  std::unique_ptr<platform::RawEspPort> raw_ipv4;
  std::unique_ptr<platform::RawEspPort> raw_ipv6;
};

class Worker {
 public:
  Worker(FixedPorts ports, std::unique_ptr<platform::Poller> poller,
         std::shared_ptr<Generation> first, NoticeRing& notices);
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  auto operator=(const Worker&) -> Worker& = delete;

  void start();
  void stop();
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

 private:
  void run();
  void take_next_generation();
  void watch_ports();
  /// One batch from every port; true if any had something.
  [[nodiscard]] auto serve() noexcept -> bool;
  [[nodiscard]] auto serve_tun(core::Time now) noexcept -> bool;
  [[nodiscard]] auto serve_wire(net::Port& port, core::Time now) noexcept -> bool;
  void send(std::span<net::Packet> batch) noexcept;
  [[nodiscard]] auto port_for(const ipsec::OutboundSa& sa) const noexcept -> net::Port*;

  FixedPorts ports_;
  std::unique_ptr<platform::Poller> poller_;
  std::shared_ptr<Generation> current_;
  platform::SystemRandom random_;
  pipeline::OutboundRoad outbound_;
  pipeline::InboundRoad inbound_;
  net::Arena arena_;

  std::mutex next_mutex_;
  std::shared_ptr<Generation> next_;
  std::atomic<std::uint64_t> wanted_{0};   ///< generations handed over
  std::atomic<std::uint64_t> adopted_{0};  ///< generations taken
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> has_lost_tun_{false};
  std::thread thread_;
};

}  // namespace esplanade::daemon
