// The running daemon: owns the configuration in force, the worker, routes and key log, and carries
// out what the operator asks by signal. Its own thread only; the worker has another.
#pragma once

#include "daemon/key_log.h"
#include "daemon/lifetime_watch.h"
#include "daemon/log.h"
#include "daemon/notice_log.h"
#include "daemon/outcome.h"
#include "daemon/worker.h"
#include "platform/netlink/routes.h"

namespace esplanade::daemon {

class Daemon {
 public:
  Daemon(std::string config_path, Log& log)
      : config_path_(std::move(config_path)), log_(log), key_log_(log) {}
  ~Daemon() { stop(); }
  Daemon(const Daemon&) = delete;
  auto operator=(const Daemon&) -> Daemon& = delete;

  /// All of the order in daemon/run.h up to the running worker. A failure leaves nothing behind.
  [[nodiscard]] auto start() -> Outcome;
  /// Loads the configuration again; what is wrong with it changes nothing but the log.
  void reload();
  /// Stops the worker and removes what start() made.
  void stop();

  /// It cannot go on: the TUN device was deleted.
  [[nodiscard]] auto has_failed() const -> bool { return worker_ && worker_->has_lost_tun(); }

  /// A line per SA and one for the totals.
  void log_status();
  /// Writes what the data road has noted since the last time.
  void log_notices();
  /// Writes which SAs have reached a limit of their lifetime.
  void log_lifetimes();

 private:
  [[nodiscard]] auto load() -> std::expected<config::Configuration, Failure>;
  [[nodiscard]] auto open_fixed_ports(const config::Configuration& configuration)
      -> std::expected<FixedPorts, Failure>;
  [[nodiscard]] auto udp_port(std::uint16_t number, std::uint32_t fwmark)
      -> std::expected<std::shared_ptr<platform::UdpEncapPort>, Failure>;
  [[nodiscard]] auto make_generation(const config::Configuration& configuration)
      -> std::expected<std::shared_ptr<Generation>, Failure>;
  /// The steps of a start that others can see; undone by the caller if one fails.
  [[nodiscard]] auto go_public(const config::Configuration& configuration) -> Outcome;
  [[nodiscard]] auto replace(config::Configuration configuration) -> Outcome;

  std::string config_path_;
  Log& log_;
  KeyLog key_log_;
  NoticeLimiter limiter_;
  NoticeRing notices_;
  std::uint64_t lost_before_ = 0;
  LifetimeWatch lifetimes_;

  bool has_ipv6_ = false;
  config::Configuration running_;
  std::shared_ptr<Generation> generation_;
  std::unique_ptr<platform::Routes> routes_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace esplanade::daemon
