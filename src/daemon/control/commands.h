// What the operator asks of a running daemon, a JSON object a line, and the answer, another:
//
//   {"command":"initiate","connection":"site","child":"net"}
//   {"ok":true,"notices":[{"event":"...",...}]}
//   {"ok":false,"why":"there is no command `stauts`"}
//
// Commands: status; carriers (of a packet: from, to, protocol, and sport and dport where it shows
// them); initiate, terminate, rekey (child may be left out); reauthenticate.
#pragma once

#include "daemon/log.h"
#include "ike/endpoint.h"

#include <expected>
#include <string_view>

namespace esplanade::daemon {

struct StatusQuestion {};
struct CarriersQuestion {
  net::Datagram packet;
};
using Question = std::variant<StatusQuestion, CarriersQuestion, ike::Event>;

/// Errors: what is wrong with it, for the operator.
[[nodiscard]] auto parse_question(std::string_view line) -> std::expected<Question, std::string>;

/// Why a command cannot mean anything: no connection, or no child of it, has the name it says.
[[nodiscard]] auto find_unknown(const ike::Event& event,
                                const std::vector<policy::ConnectionPtr>& connections)
    -> std::optional<std::string>;

[[nodiscard]] auto refusal(std::string_view why) -> std::string;
/// What IKE said at once; an error among it means that nothing was begun.
[[nodiscard]] auto answer(const std::vector<ike::Notice>& notices) -> std::string;

/// The lines of status.h.
struct Status {
  std::vector<Fields> manual_sas, ike_sas, child_sas, failures;
  Fields totals;
};
[[nodiscard]] auto answer(const Status& status) -> std::string;
/// The lines of carriers.h.
[[nodiscard]] auto carriers_answer(const std::vector<Fields>& carriers) -> std::string;

}  // namespace esplanade::daemon
