// What an endpoint is made of, and how it serves its IKE SAs. The files beside this one are what it
// does: strangers (messages of no IKE SA), commands (of operator and data plane), calls (setting up
// IKE SAs and trying again), step (one event from beginning to end).
#pragma once

#include "core/rate.h"
#include "ike/door/connections.h"
#include "ike/door/cookies.h"
#include "ike/door/keeper.h"
#include "ike/door/sessions.h"
#include "ike/wire/message.h"

#include <deque>

namespace esplanade::ike::door {

class State : public session::Host, public SpiSource {
 public:
  explicit State(const EndpointOptions& o) : options(o) {}

  // --- session::Host -----------------------------------------------------------------------------
  [[nodiscard]] auto fresh_spi(core::Random& source) -> IkeSpi override;
  [[nodiscard]] auto fresh_child_id() -> ChildId override { return ChildId{++last_child}; }
  [[nodiscard]] auto fresh_session_id() -> SessionId override { return SessionId{++last_session}; }
  [[nodiscard]] auto candidates(const net::Path& path)
      -> std::vector<policy::ConnectionPtr> override;
  auto adopt(std::unique_ptr<session::IkeSa> sa) -> session::IkeSa& override;
  [[nodiscard]] auto find(SessionId session) -> session::IkeSa* override;
  [[nodiscard]] auto others_with(const session::IkeSa& sa) -> std::vector<session::IkeSa*> override;
  [[nodiscard]] auto is_connected(const policy::Connection& connection) -> bool override;
  void established(session::IkeSa& sa) override;
  void child_established(session::IkeSa& sa, const std::string& child) override;
  void child_failed(session::IkeSa& sa, const std::string& child) override;
  void child_closed(session::IkeSa& sa, const std::string& child) override;
  void closed(session::IkeSa& sa, const session::Closing& closing) override;
  /// A child that was up is not any more.
  void follow_up(const session::IkeSa& sa, const policy::ChildPolicy& child,
                 policy::EndAction action);

  // --- SpiSource: the world's, with our own index kept ------------------------------------------
  [[nodiscard]] auto reserve(core::Random& source) -> core::Spi override {
    return spis->reserve(source);
  }
  void release(core::Spi spi) override {
    sessions.forget_child(spi);
    spis->release(spi);
  }

  EndpointOptions options;
  Connections connections;
  std::shared_ptr<const policy::Credentials> credentials =
      std::make_shared<const policy::Credentials>();
  KnownNames names;
  Sessions sessions;
  session::Revocation revocation;
  Cookies cookies;
  Keeper keeper;
  core::Rate stranger_answers{{.per_second = 10, .burst = 20}};
  core::Rate selector_complaints{{.per_second = 1, .burst = 5}};
  core::Rate hints{{.per_second = 1, .burst = 2}};  ///< of strangers that are followed

  std::uint64_t last_session = 0;
  std::uint64_t last_child = 0;

  // Of the step at hand.
  SpiSource* spis = nullptr;
  core::Time now{};
  core::Random* random = nullptr;
  Actions* out = nullptr;
};

using session::Context;

[[nodiscard]] auto find_connection(const State& state, const std::string& name)
    -> policy::ConnectionPtr;

// calls
/// Sets a child up: on an IKE SA there is, or on one that is made for it.
void call(State& state, const policy::ConnectionPtr& connection, session::Purpose purpose,
          Context& context);
/// Keys what the configuration wants up.
void call_due(State& state, Context& context);
/// Looks all names up again.
void resolve_names(const State& state, const policy::Connection& connection, Context& context);
/// The IKE SA's time for proving itself again has come (make before break).
void reauthenticate(State& state, session::IkeSa& sa, Context& context);
/// Has the heir of `old` looked at again, if it has waited for that one alone.
void wake_heir(State& state, const session::IkeSa& old);
/// One that takes another's place is ready: the other goes.
void finish_reauthentication(State& state, session::IkeSa& sa, Context& context);

// strangers
void on_datagram(State& state, const Datagram& datagram, Context& context);

// commands
void on_acquire(State& state, const Acquire& acquire, Context& context);
void on_initiate(State& state, const Initiate& command, Context& context);
void on_terminate(State& state, const Terminate& command, Context& context);
void on_rekey(State& state, const Rekey& command);
void on_reauthenticate(State& state, const Reauthenticate& command, Context& context);
void on_lifetime(State& state, const LifetimeReached& reached);
void on_traffic(State& state, const TrafficSeen& seen, Context& context);
void on_peer_moved(State& state, const PeerMoved& moved, Context& context);
void on_stray_esp(State& state, const StrayEsp& stray, Context& context);
void on_mismatch(State& state, const SelectorMismatch& missed, const Context& context);
void on_resolved(State& state, const Resolved& resolved, Context& context);
void on_fetched(State& state, const Fetched& fetched, Context& context);

// step
/// Deadlines of IKE SAs and of what is to be tried again.
void on_tick(State& state, Context& context);
/// What the step touched: sends what waits, notes deadlines, forgets what is closed.
void settle(State& state, Context& context);
[[nodiscard]] auto half_open_until(const State& state, const session::IkeSa& sa)
    -> std::optional<core::Time>;

}  // namespace esplanade::ike::door
