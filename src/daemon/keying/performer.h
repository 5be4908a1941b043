// Carries out what IKE asks for, in the order it was asked.
//
//   performer.perform(endpoint.handle(event, env), now);
//
// Threads: the control thread.
#pragma once

#include "config/configuration.h"
#include "daemon/keying/child_routes.h"
#include "daemon/keying/child_table.h"
#include "daemon/keying/world.h"

namespace esplanade::daemon {

class Performer {
 public:
  Performer(World& world, crypto::Provider& provider, const config::Dataplane& dataplane)
      : world_(world), provider_(provider), dataplane_(dataplane) {}

  void perform(ike::Actions actions, core::Time now);

  [[nodiscard]] auto children() noexcept -> ChildTable& { return children_; }
  [[nodiscard]] auto routes() noexcept -> ChildRoutes& { return routes_; }

 private:
  void act(const ike::Send& action);
  void act(const ike::InstallInbound& action);
  void act(const ike::InstallOutbound& action);
  void act(const ike::Activate& action);
  void act(const ike::Deactivate& action);
  void act(const ike::Remove& action);
  void act(const ike::Move& action);
  void act(const ike::DropHeld& action);
  void act(const ike::Trap& action);
  void act(const ike::SendKeepAlive& action);
  void act(const ike::ResolveName& action);
  void act(ike::Fetch& action);
  void act(const ike::LogKeys& action);
  void act(const ike::Note& action);
  void complain(const sa::SaParameters& parameters, const core::Error& error);

  World& world_;
  crypto::Provider& provider_;
  config::Dataplane dataplane_;
  core::Time now_;
  ChildTable children_;
  ChildRoutes routes_;
};

}  // namespace esplanade::daemon
