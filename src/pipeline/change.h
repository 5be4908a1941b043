// Changes of the tables while traffic flows: the pairs of SAs that IKE makes. Carried out by the
// worker between two batches, in the order they were made.
//
//   InstallInbound -> InstallOutbound -> Activate -> (Move) -> Deactivate -> Remove
//
// A change of a child that is not there does nothing: it may have gone with a reload.
//
// Threads: the tables' worker. What a change takes out of the tables it keeps, so that SAs end
// where the change does, on a thread that has time.
#pragma once

#include "net/endpoint.h"
#include "pipeline/tables.h"

#include <memory>
#include <optional>
#include <variant>

namespace esplanade::pipeline {

/// Takes packets from now on.
struct InstallInbound {
  ChildKey child{};
  policy::PolicyId policy{};
  std::shared_ptr<ipsec::InboundSa> sa;
};
/// Stands ready and sends nothing yet.
struct InstallOutbound {
  ChildKey child{};
  policy::PolicyId policy{};
  std::shared_ptr<ipsec::OutboundSa> sa;
};
/// Packets of the policy leave by this child where its selectors hold them.
struct Activate {
  ChildKey child{};
};
struct Deactivate {
  ChildKey child{};
};
struct Remove {
  ChildKey child{};
  std::shared_ptr<ipsec::InboundSa> inbound;    ///< filled when it is done
  std::shared_ptr<ipsec::OutboundSa> outbound;  ///< filled when it is done
};
/// One of the ends of both SAs is elsewhere (RFC 7296, 2.23).
struct Move {
  ChildKey child{};
  net::Path path;
};

/// From now on the policy holds packets and asks, whatever its configuration says.
struct Trap {
  policy::PolicyId policy{};
};

using Change =
    std::variant<InstallInbound, InstallOutbound, Activate, Deactivate, Remove, Move, Trap>;

/// The policy whose held packets may go now, if `change` lets them.
auto carry_out(Change& change, Tables& tables) -> std::optional<policy::PolicyId>;

}  // namespace esplanade::pipeline
