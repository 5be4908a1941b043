// All of IKEv2 at one place: connections, credentials, and every IKE SA. One event in, actions out.
//
//   Endpoint endpoint;
//   perform(endpoint.configure(connections, credentials, env));
//   loop: perform(endpoint.handle(event, env)); sleep until endpoint.next_deadline();
//
// Threads: one owner.
#pragma once

#include "ike/event.h"

#include <optional>

namespace esplanade::ike {

/// What may differ from the defaults of design; the `ike` section of the configuration.
struct EndpointOptions {
  core::Duration retransmit_first = std::chrono::seconds(4);  ///< as strongSwan: 4 s, 1.8, 5 tries
  double retransmit_base = 1.8;
  std::uint32_t retransmit_tries = 5;
  double retransmit_jitter = 0.2;  ///< of each interval, at random
  core::Duration half_open_timeout = std::chrono::seconds(30);
  std::uint32_t cookie_threshold = 30;     ///< half-open SAs from which a COOKIE is asked for
  std::uint32_t half_open_limit = 10'000;  ///< from which IKE_SA_INIT is dropped
  std::uint32_t block_threshold = 5;       ///< half-open SAs of one address; more are dropped
  std::uint32_t window = 1;                ///< requests we take at once; told by SET_WINDOW_SIZE
  std::size_t fragment_size = 1280;        ///< of an IP packet with a message in it
  core::Duration keep_alive = std::chrono::seconds(20);
  std::uint16_t nat_traversal_port = 4500;  ///< ours; a peer's is 4500
  /// Rekey the first child in the first seconds, so that PFS settings that do not fit are reported
  /// at once instead of hours later.
  bool checks_pfs = true;
  /// Tell the peer, by INVALID_SELECTORS, of packets that their SA was not made for.
  bool tells_invalid_selectors = false;
  bool logs_keys = false;  ///< emit LogKeys
};

/// One line of status for an IKE SA and its children.
struct ChildStatus {
  std::string name;
  ChildId id{};
  std::string state;  ///< "installed", "rekeying", "rekeyed", "deleting"
  core::Spi inbound{}, outbound{};
  sa::Protocol protocol{};
  std::string algorithms, ours, theirs;
};
struct SessionStatus {
  SessionId id{};
  std::string connection;
  std::string state;  ///< "connecting", "established", "rekeying", "deleting"
  IkeSpis spis;
  bool is_initiator = false;
  net::Path path;
  std::string our_id, their_id, algorithms;
  std::vector<ChildStatus> children;
};

/// How much there is, for status and for tests that nothing is left behind.
struct EndpointCounts {
  std::size_t sessions = 0;   ///< IKE SAs, those that only linger among them
  std::size_t half_open = 0;  ///< begun by strangers
  std::size_t lingering = 0;  ///< closed; their last answer may be asked for again
  std::size_t jobs = 0;       ///< that wait to be asked
  std::size_t exchanges = 0;  ///< asked and not answered
  std::size_t wanted = 0;     ///< children that shall be up
};

class Endpoint {
 public:
  explicit Endpoint(EndpointOptions options = {});
  Endpoint(const Endpoint&) = delete;
  auto operator=(const Endpoint&) -> Endpoint& = delete;
  ~Endpoint();

  /// Puts a configuration in place of the one before. IKE SAs of connections that are gone or
  /// differ are closed; the others go on. Children with start actions are started.
  [[nodiscard]] auto configure(std::vector<policy::ConnectionPtr> connections,
                               std::shared_ptr<const policy::Credentials> credentials, Env& env)
      -> Actions;
  [[nodiscard]] auto handle(const Event& event, Env& env) -> Actions;
  /// Closes every IKE SA; answers are not waited for. For a clean stop.
  [[nodiscard]] auto close_all(Env& env) -> Actions;
  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time>;

  [[nodiscard]] auto status() const -> std::vector<SessionStatus>;
  [[nodiscard]] auto counts() const -> EndpointCounts;
  /// When a connection that is wanted up, and is not, is tried again.
  [[nodiscard]] auto next_try(const std::string& connection) const -> std::optional<core::Time>;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace esplanade::ike
