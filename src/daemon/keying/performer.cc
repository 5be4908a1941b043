#include "daemon/keying/performer.h"

#include "daemon/path_settings.h"

#include <fmt/format.h>

namespace esplanade::daemon {
namespace {

auto key_of(ike::ChildId child) -> pipeline::ChildKey {
  return pipeline::ChildKey{std::to_underlying(child)};
}

}  // namespace

void Performer::perform(ike::Actions actions, core::Time now) {
  now_ = now;
  for (auto& action : actions) {
    std::visit([this](auto& one) { act(one); }, action);
  }
  world_.end_step();
}

void Performer::act(const ike::Send& action) { world_.send(action.path, action.message); }

void Performer::act(const ike::InstallInbound& action) {
  auto made =
      ipsec::InboundSa::make(with_path(action.parameters->clone(), dataplane_), provider_, now_);
  if (!made) return complain(*action.parameters, made.error());
  auto& child = children_[action.child];
  child.policy = action.policy;
  child.inbound = *std::move(made);
  world_.change(pipeline::InstallInbound{key_of(action.child), action.policy, child.inbound});
  world_.log_esp_keys(*action.parameters);
}

void Performer::act(const ike::InstallOutbound& action) {
  auto made =
      ipsec::OutboundSa::make(with_path(action.parameters->clone(), dataplane_), provider_, now_);
  if (!made) return complain(*action.parameters, made.error());
  auto& child = children_[action.child];
  child.policy = action.policy;
  child.outbound = *std::move(made);
  child.largest_packet = largest_packet(*child.outbound);
  children_.note_change();
  world_.change(pipeline::InstallOutbound{key_of(action.child), action.policy, child.outbound});
  world_.log_esp_keys(*action.parameters);
  if (const auto plan = routes_.add(action.child, *action.parameters); !plan.empty()) {
    world_.add_routes(plan);
  }
}

void Performer::act(const ike::Activate& action) {
  world_.change(pipeline::Activate{key_of(action.child)});
}

void Performer::act(const ike::Deactivate& action) {
  world_.change(pipeline::Deactivate{key_of(action.child)});
}

/// Routes go last: what they lead into the TUN is dropped there and does not leave in clear.
void Performer::act(const ike::Remove& action) {
  world_.change(pipeline::Remove{key_of(action.child), {}, {}});
  children_.erase(action.child);
  if (const auto plan = routes_.remove(action.child); !plan.empty()) world_.remove_routes(plan);
}

void Performer::act(const ike::Move& action) {
  world_.change(pipeline::Move{key_of(action.child), action.path});
}

void Performer::act(const ike::DropHeld& action) { world_.drop_held(action.policy); }

void Performer::act(const ike::Trap& action) { world_.change(pipeline::Trap{action.policy}); }

void Performer::act(const ike::SendKeepAlive& action) { world_.send_keep_alive(action.path); }

void Performer::act(const ike::ResolveName& action) { world_.resolve(action.name); }

void Performer::act(ike::Fetch& action) {
  world_.fetch({std::move(action.url), std::move(action.content_type), std::move(action.body)});
}

void Performer::act(const ike::LogKeys& action) { world_.log_ike_keys(action.row); }

void Performer::act(const ike::Note& action) { world_.log(action.notice); }

/// Negotiation offers only what is provided, so this is a fault of ours or of the provider.
void Performer::complain(const sa::SaParameters& parameters, const core::Error& error) {
  world_.log({.level = ike::Level::error,
              .event = "sa_not_installed",
              .fields = {{"spi", fmt::format("{:#010x}", std::to_underlying(parameters.spi))},
                         {"why", std::string(core::name_of(error.code))}}});
}

}  // namespace esplanade::daemon
