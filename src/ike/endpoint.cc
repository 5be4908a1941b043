#include "ike/endpoint.h"

#include "ike/door/state.h"
#include "ike/session/establish.h"
#include "ike/session/established.h"

#include <algorithm>

namespace esplanade::ike {
namespace {

using session::IkeSa;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

/// One event from beginning to end: the world's gifts are lent to the state for so long.
class Endpoint::State : public door::State {
 public:
  using door::State::State;

  template <class F>
  auto step(Env& env, const F& f) -> Actions {
    Actions actions;
    spis = &env.spis;
    now = env.now;
    random = &env.random;
    out = &actions;
    auto inner = Env{.now = env.now,
                     .wall = env.wall,
                     .random = env.random,
                     .crypto = env.crypto,
                     .spis = *this,
                     .sources = env.sources};
    const auto kept = credentials;
    auto context = session::Context{.env = inner,
                                    .options = options,
                                    .credentials = *kept,
                                    .revocation = revocation,
                                    .host = *this,
                                    .out = actions};
    f(context);
    door::settle(*this, context);
    return actions;
  }
};

Endpoint::Endpoint(EndpointOptions options) : state_(std::make_unique<State>(options)) {}
Endpoint::~Endpoint() = default;

namespace {

auto starts(const policy::ChildPolicy& child) -> bool {
  using policy::StartAction;
  return child.start_action == StartAction::start ||
         child.start_action == StartAction::trap_and_start;
}

/// IKE SAs go on with the new values of their connection; what is gone is closed.
void follow_configuration(door::State& state, session::Context& context) {
  for (auto* sa : state.sessions.all()) {
    if (!sa->connection) continue;
    const auto connection = door::find_connection(state, sa->connection->name);
    if (!connection) {
      session::drop_jobs(*sa, context);
      sa->jobs.emplace_back(session::DeleteIke{});
      continue;
    }
    sa->has_old_connection = sa->connection != connection;
    for (const auto& child : sa->children) {
      const bool is_gone = connection->find_child(child.name) == nullptr;
      const auto close = session::Job{session::CloseChildren{child.name}};
      if (is_gone && !session::has_job(*sa, close)) sa->jobs.push_back(close);
    }
  }
}

}  // namespace

auto Endpoint::configure(std::vector<policy::ConnectionPtr> connections,
                         std::shared_ptr<const policy::Credentials> credentials, Env& env)
    -> Actions {
  auto& state = *state_;
  state.connections = door::Connections(std::move(connections));
  if (credentials) state.credentials = std::move(credentials);
  return state.step(env, [&](session::Context& context) {
    follow_configuration(state, context);
    std::vector<door::Keeper::Key> wanted;
    for (const auto& connection : state.connections) {
      door::resolve_names(state, *connection, context);
      for (const auto& child : connection->children) {
        if (!starts(child)) continue;
        wanted.push_back({.connection = connection->name, .child = child.name});
        state.keeper.want(wanted.back(), connection->keying_tries, env.now);
      }
    }
    state.keeper.keep_only(wanted);
    door::call_due(state, context);
  });
}

auto Endpoint::handle(const Event& event, Env& env) -> Actions {
  auto& state = *state_;
  return state.step(env, [&](session::Context& context) {
    std::visit(Overloaded{
                   [&](const Datagram& e) { door::on_datagram(state, e, context); },
                   [&](const Tick&) { door::on_tick(state, context); },
                   [&](const Acquire& e) { door::on_acquire(state, e, context); },
                   [&](const Initiate& e) { door::on_initiate(state, e, context); },
                   [&](const Terminate& e) { door::on_terminate(state, e, context); },
                   [&](const Rekey& e) { door::on_rekey(state, e); },
                   [&](const Reauthenticate& e) { door::on_reauthenticate(state, e, context); },
                   [&](const LifetimeReached& e) { door::on_lifetime(state, e); },
                   [&](const TrafficSeen& e) { door::on_traffic(state, e, context); },
                   [&](const PeerMoved& e) { door::on_peer_moved(state, e, context); },
                   [&](const StrayEsp& e) { door::on_stray_esp(state, e, context); },
                   [&](const SelectorMismatch& e) { door::on_mismatch(state, e, context); },
                   [&](const Resolved& e) { door::on_resolved(state, e, context); },
                   [&](const Fetched& e) { door::on_fetched(state, e, context); },
               },
               event);
  });
}

auto Endpoint::close_all(Env& env) -> Actions {
  auto& state = *state_;
  return state.step(env, [&](session::Context& context) {
    state.keeper.keep_only({});
    for (auto* sa : state.sessions.all()) {
      if (sa->is_established() && sa->exchanges.has_room()) {
        session::request(*sa, iana::ExchangeType::informational,
                         {wire::DeletePayload{.protocol = iana::SecurityProtocol::ike, .spis = {}}},
                         context);
      }
      session::close(*sa, session::Ending::stopped, context);
    }
  });
}

auto Endpoint::next_deadline() const -> std::optional<core::Time> {
  const auto session = state_->sessions.deadlines().next();
  const auto call = state_->keeper.next_deadline();
  if (!session || !call) return session ? session : call;
  return std::min(*session, *call);
}

namespace {

auto state_name(const IkeSa& sa) -> std::string {
  if (!sa.is_established()) return "connecting";
  if (sa.standing == session::Standing::deleting) return "deleting";
  return sa.standing == session::Standing::replaced ? "rekeyed" : "established";
}

auto state_name(const session::Child& child) -> std::string {
  using session::ChildState;
  switch (child.state) {
    case ChildState::installed: return "installed";
    case ChildState::rekeying:  return "rekeying";
    case ChildState::replaced:  return "rekeyed";
    case ChildState::deleting:  return "deleting";
    case ChildState::gone:      return "deleted";
  }
  core::bug();
}

auto status_of(const session::Child& child) -> ChildStatus {
  return {.name = child.name,
          .id = child.id,
          .state = state_name(child),
          .inbound = child.inbound,
          .outbound = child.outbound,
          .protocol = child.suite.protocol,
          .algorithms = session::to_text(child.suite),
          .ours = negotiate::to_text(child.ours),
          .theirs = negotiate::to_text(child.theirs)};
}

auto status_of(const IkeSa& sa) -> SessionStatus {
  SessionStatus status{.id = sa.id,
                       .connection = sa.connection ? sa.connection->name : "",
                       .state = state_name(sa),
                       .spis = sa.spis,
                       .is_initiator = sa.is_original_initiator,
                       .path = sa.path,
                       .our_id = sa.our_id.to_string(),
                       .their_id = sa.their_id.to_string(),
                       .algorithms = sa.is_established() ? session::to_text(sa.suite) : "",
                       .children = {}};
  for (const auto& child : sa.children) status.children.push_back(status_of(child));
  return status;
}

}  // namespace

auto Endpoint::next_try(const std::string& connection) const -> std::optional<core::Time> {
  return state_->keeper.next_try(connection);
}

auto Endpoint::status() const -> std::vector<SessionStatus> {
  std::vector<SessionStatus> all;
  for (const auto& [id, sa] : state_->sessions) {
    if (!sa->is_closed()) all.push_back(status_of(*sa));
  }
  std::ranges::sort(all, {}, &SessionStatus::id);
  return all;
}

auto Endpoint::counts() const -> EndpointCounts {
  EndpointCounts counts{.sessions = state_->sessions.count(),
                        .half_open = state_->sessions.half_open().count(),
                        .lingering = state_->sessions.lingering(),
                        .wanted = state_->keeper.count()};
  for (const auto& [id, sa] : state_->sessions) {
    counts.jobs += sa->jobs.size();
    counts.exchanges += sa->moves.size();
  }
  return counts;
}

}  // namespace esplanade::ike
