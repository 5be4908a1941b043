// What carrying out IKE's actions needs of the daemon around it: the worker's tables, sockets,
// routes, helpers and logs. The daemon is one; tests have another.
#pragma once

#include "ike/event.h"
#include "pipeline/change.h"
#include "platform/http/fetch.h"
#include "platform/netlink/routes.h"

#include <string>

namespace esplanade::daemon {

class World {
 public:
  World() = default;
  World(const World&) = delete;
  auto operator=(const World&) -> World& = delete;
  virtual ~World() = default;

  /// The worker will carry it out, behind all that were asked for before. Packets see all changes
  /// of a step or none: between an SA that goes and its successor there is no gap.
  virtual void change(pipeline::Change change) = 0;
  virtual void drop_held(policy::PolicyId policy) = 0;
  virtual void end_step() = 0;

  /// Leaves behind all changes asked for before: a peer that hears of an SA may use it at once.
  virtual void send(const net::Path& path, core::View message) = 0;
  virtual void send_keep_alive(const net::Path& path) = 0;

  virtual void add_routes(const platform::RoutePlan& plan) = 0;
  virtual void remove_routes(const platform::RoutePlan& plan) = 0;

  /// Their answers come as events.
  virtual void resolve(std::string name) = 0;
  virtual void fetch(platform::FetchRequest request) = 0;

  virtual void log(const ike::Notice& notice) = 0;
  virtual void log_ike_keys(const std::string& row) = 0;
  virtual void log_esp_keys(const sa::SaParameters& sa) = 0;
};

}  // namespace esplanade::daemon
