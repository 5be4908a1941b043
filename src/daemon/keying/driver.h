// Drives IKE: brings the world's events to its endpoint and carries out what it answers.
//
//   driver.configure(connections, credentials);
//   loop: driver.handle(event); driver.look(); sleep until driver.next_deadline()
//   driver.close();                                  // at a clean stop
//
// Threads: the control thread.
#pragma once

#include "config/configuration.h"
#include "core/rate.h"
#include "daemon/keying/inbox.h"
#include "daemon/keying/performer.h"
#include "daemon/keying/spi_pool.h"
#include "ike/endpoint.h"
#include "platform/system_random.h"

namespace esplanade::daemon {

class Driver {
 public:
  /// `cryptography` is for packets; IKE has OpenSSL's.
  Driver(World& world, ike::SourceAddresses& sources, crypto::Provider& cryptography,
         const config::Configuration& configuration);

  /// Puts a configuration in force; SAs of connections that stay as they are go on.
  void configure(const config::Configuration& configuration);
  void handle(const ike::Event& event);
  /// Handles what the data road has reported, what the counters say, and what time it is.
  void look(Inbox& inbox);
  /// Closes all IKE SAs; peers are told, their answers not waited for.
  void close();

  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time> {
    return endpoint_.next_deadline();
  }
  [[nodiscard]] auto status() const -> std::vector<ike::SessionStatus> {
    return endpoint_.status();
  }
  [[nodiscard]] auto next_try(const std::string& connection) const -> std::optional<core::Time> {
    return endpoint_.next_try(connection);
  }
  [[nodiscard]] auto children() noexcept -> ChildTable& { return performer_.children(); }
  [[nodiscard]] auto routes() noexcept -> ChildRoutes& { return performer_.routes(); }
  [[nodiscard]] auto spis() noexcept -> SpiPool& { return spis_; }

 private:
  [[nodiscard]] auto env() -> ike::Env;
  void take_reports(Inbox& inbox);

  ike::SourceAddresses& sources_;
  std::uint16_t ike_port_;
  platform::SystemRandom random_;
  SpiPool spis_;
  ike::Endpoint endpoint_;
  Performer performer_;
  /// ESP nobody has an SA for is anybody's to send, and each event may cost an answer.
  core::Rate strays_{{.per_second = 10, .burst = 10}};
};

/// The first selectors to be offered for a packet that wants an SA (RFC 7296, 2.9).
[[nodiscard]] auto acquire_for(const pipeline::Wanted& wanted) -> ike::Acquire;

}  // namespace esplanade::daemon
