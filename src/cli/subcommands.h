// The subcommands, one source file each. Each adds itself to the command line; if it is the one
// asked for, it leaves what is to be done in `action`.
#pragma once

#include "cli/console.h"

#include <functional>

namespace CLI {
class App;
}

namespace esplanade::cli {

using Action = std::function<daemon::Exit(const Console&)>;

inline constexpr auto default_config_path = "/etc/esplanade/esplanade.conf";

void add_run(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_keygen(CLI::App& app, Action& action);
void add_decode(CLI::App& app, Action& action);
void add_diagnose(CLI::App& app, Action& action);
void add_status(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
/// initiate, terminate, rekey and reauth.
void add_commands(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);

}  // namespace esplanade::cli
