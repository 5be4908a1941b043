// Talking to a running daemon by its control socket: what the subcommands that do so share.
#pragma once

#include "cli/console.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace esplanade::cli {

struct ControlOptions {
  std::string path;
  bool is_json = false;
};

/// --control and --json.
void add_control_options(CLI::App& command, ControlOptions& options);

/// The daemon's answer; nothing, and a complaint on the console, where there is none or where the
/// daemon refuses. With --json the answer stands on the console already.
[[nodiscard]] auto ask(const nlohmann::ordered_json& question, const ControlOptions& options,
                       const Console& console) -> std::optional<nlohmann::ordered_json>;

/// "key=value key=value" of an object's members; maps as "name:count,name:count".
[[nodiscard]] auto to_line(const nlohmann::ordered_json& object) -> std::string;

}  // namespace esplanade::cli
