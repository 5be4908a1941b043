// IKE in the daemon: its sockets, timer and helpers, around the driver.
//
// Everything happens on the control thread, whose loop is lent; names are looked up and files
// fetched by helper threads, and their answers come back through the loop.
#pragma once

#include "daemon/key_log.h"
#include "daemon/keying/driver.h"
#include "daemon/keying/failures.h"
#include "daemon/notice_log.h"
#include "daemon/worker.h"
#include "platform/udp/ike_socket.h"

#include <memory>

namespace asio {
class io_context;
}

namespace esplanade::daemon {

/// What it works on; all of it outlives it.
struct KeyingParts {
  Worker& worker;
  platform::Routes& routes;
  Inbox& inbox;
  KeyLog& key_log;
  Log& log;
  crypto::Provider& cryptography;  ///< of packets
};

class Keying final : private World, private ike::SourceAddresses {
 public:
  Keying(asio::io_context& context, const KeyingParts& parts,
         const config::Configuration& configuration);
  ~Keying() override;
  Keying(const Keying&) = delete;
  auto operator=(const Keying&) -> Keying& = delete;

  /// For messages that come without a marker. Until then there is nobody to talk to.
  void listen(std::unique_ptr<platform::IkeSocket> socket);
  [[nodiscard]] auto is_listening() const noexcept -> bool { return socket_ != nullptr; }

  /// Puts the connections in force.
  void configure(const config::Configuration& configuration);
  /// What the worker has reported, counters and deadlines.
  void look();
  /// What the operator wants; what IKE had to say at once.
  [[nodiscard]] auto command(const ike::Event& event) -> std::vector<ike::Notice>;
  /// Takes leave of all peers.
  void close();

  [[nodiscard]] auto failures() const noexcept -> const Failures& { return failures_; }
  [[nodiscard]] auto driver() noexcept -> Driver& { return driver_; }
  [[nodiscard]] auto driver() const noexcept -> const Driver& { return driver_; }

 private:
  struct Loop;  ///< what knows asio

  void change(pipeline::Change change) override;
  void drop_held(policy::PolicyId policy) override;
  void end_step() override;
  void send(const net::Path& path, core::View message) override;
  void send_keep_alive(const net::Path& path) override;
  void add_routes(const platform::RoutePlan& plan) override;
  void remove_routes(const platform::RoutePlan& plan) override;
  void resolve(std::string name) override;
  void fetch(platform::FetchRequest request) override;
  void log(const ike::Notice& notice) override;
  void log_ike_keys(const std::string& row) override;
  void log_esp_keys(const sa::SaParameters& sa) override;
  [[nodiscard]] auto source_for(const net::Address& theirs) -> std::optional<net::Address> override;

  void handle(const ike::Event& event);
  void receive();
  void arm();

  KeyingParts parts_;
  std::uint32_t fwmark_;
  std::uint16_t ike_port_;
  std::unique_ptr<platform::IkeSocket> socket_;
  NoticeLimiter strangers_;
  Failures failures_;
  std::vector<ike::Notice>* listener_ = nullptr;
  std::vector<Command> step_;  ///< for the worker
  Driver driver_;
  std::unique_ptr<Loop> loop_;
};

/// The fields of a notice, as a log line has them.
[[nodiscard]] auto fields_of(const ike::Notice& notice) -> Fields;

}  // namespace esplanade::daemon
