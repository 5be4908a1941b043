// The running daemon: owns the configuration in force, the worker, keying, routes and key logs, and
// carries out what the operator asks by signal or by the control socket. Its own thread only; the
// worker has another.
#pragma once

#include "crypto/choice.h"
#include "daemon/by_hand/keep_alives.h"
#include "daemon/by_hand/lifetime_watch.h"
#include "daemon/by_hand/sequence_book.h"
#include "daemon/control/commands.h"
#include "daemon/control/server.h"
#include "daemon/guarding.h"
#include "daemon/keying/keying.h"
#include "daemon/outcome.h"
#include "platform/udp/group_memberships.h"

namespace esplanade::daemon {

class Daemon {
 public:
  Daemon(const RunOptions& options, Log& log, asio::io_context& context);
  ~Daemon() { stop(); }
  Daemon(const Daemon&) = delete;
  auto operator=(const Daemon&) -> Daemon& = delete;

  /// All of the order in daemon/run.h up to the running worker. A failure leaves nothing behind.
  [[nodiscard]] auto start() -> Outcome;
  /// Loads the configuration again; what is wrong with it changes nothing but the log.
  void reload();
  /// Takes leave of peers, stops the worker and removes what start() made.
  void stop();

  /// It cannot go on: the TUN device was deleted.
  [[nodiscard]] auto has_failed() const -> bool { return worker_ && worker_->has_lost_tun(); }

  /// A line per SA and one for the totals.
  void log_status();
  /// Now and then: writes what the data road has noted since the last time and which SAs have
  /// reached a limit of their lifetime, and lets keying look.
  void look();

 private:
  [[nodiscard]] auto load() -> std::expected<config::Configuration, Failure>;
  [[nodiscard]] static auto open_raw_ports(iana::IpProtocol protocol,
                                           const config::Configuration& configuration)
      -> std::expected<RawPorts, Failure>;
  [[nodiscard]] auto open_fixed_ports(const config::Configuration& configuration)
      -> std::expected<FixedPorts, Failure>;
  [[nodiscard]] auto udp_port(std::uint16_t number, std::uint32_t fwmark)
      -> std::expected<std::shared_ptr<platform::UdpEncapPort>, Failure>;
  [[nodiscard]] auto make_generation(const config::Configuration& configuration)
      -> std::expected<std::shared_ptr<Generation>, Failure>;
  [[nodiscard]] auto open_error_ports(const config::Dataplane& settings) const
      -> std::expected<RawPorts, Failure>;
  /// Nothing on a host.
  [[nodiscard]] auto open_crossing(const config::Dataplane& settings)
      -> std::expected<std::unique_ptr<Crossing>, Failure>;
  /// Tells the worker of a gateway which packets are for this system.
  void follow_addresses();
  /// Sets the TUN's MTU to what fits all SAs, unless the configuration says what it is.
  void fit_tun(const config::Dataplane& settings, const Generation& generation);
  /// What follows from SAs that have come or gone.
  void follow_children();
  /// The steps of a start that others can see; undone by the caller if one fails.
  [[nodiscard]] auto go_public(const config::Configuration& configuration) -> Outcome;
  [[nodiscard]] auto replace(config::Configuration configuration) -> Outcome;
  [[nodiscard]] auto refuse_replacement(const config::Configuration& configuration) -> Outcome;
  /// All that is routed into the TUN whatever keying makes.
  [[nodiscard]] auto fixed_routes(const config::Configuration& configuration) const
      -> platform::RoutePlan;
  [[nodiscard]] auto ike_socket(const config::Configuration& configuration)
      -> std::expected<std::unique_ptr<platform::IkeSocket>, Failure>;
  void begin_keying(std::unique_ptr<platform::IkeSocket> socket);
  void begin_control();
  /// To a line of the control socket.
  [[nodiscard]] auto status() -> Status;
  [[nodiscard]] auto totals() const -> Fields;
  [[nodiscard]] auto answer_to(std::string_view line) -> std::string;
  void log_notices();
  /// Where the numbers of SAs made by hand are kept.
  [[nodiscard]] auto open_book(const config::Configuration& configuration) -> Outcome;
  /// A failure where numbers of counter modes cannot be kept, a warning where others cannot.
  [[nodiscard]] auto begin_numbers(const config::Configuration& configuration,
                                   Generation& generation) -> Outcome;
  void reserve_numbers();
  void log_lifetimes();
  void send_keep_alives();

  [[nodiscard]] auto choose_cryptography(crypto::Library wanted) -> Outcome;

  RunOptions options_;
  Log& log_;
  asio::io_context& context_;
  std::optional<crypto::Choice> cryptography_;  ///< of packets; outlives all SAs
  Guarding guarding_;
  KeyLog key_log_;
  NoticeLimiter limiter_;
  platform::GroupMemberships memberships_;
  SequenceBook book_;
  std::string numbers_trouble_;  ///< that the log knows of
  std::unique_ptr<Inbox> inbox_;
  std::uint64_t lost_before_ = 0;
  LifetimeWatch lifetimes_;
  KeepAlives keep_alives_;

  bool has_ipv6_ = false;
  std::string tun_name_;
  unsigned tun_index_ = 0;
  std::uint16_t tun_mtu_ = 0;
  std::vector<net::Address> own_addresses_;  ///< as the worker knows them
  std::optional<core::Time> addresses_seen_;
  std::uint64_t children_fitted_ = 0;  ///< the changes of children that the TUN fits
  config::Configuration running_;
  std::shared_ptr<Generation> generation_;
  std::unique_ptr<platform::Routes> routes_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Keying> keying_;
  std::unique_ptr<ControlServer> control_;
};

}  // namespace esplanade::daemon
