// `esplanade check`: does a configuration load, and what does it mean?
#include "cli/check_json.h"
#include "cli/subcommands.h"
#include "config/load.h"
#include "platform/files.h"

#include <CLI/CLI.hpp>

namespace esplanade::cli {
namespace {

constexpr auto footer =
    R"(Reads the configuration and its key files as `run` would, and changes nothing. Keys are
never printed.

With --json: {"valid":true,"connections":[...],"ike":[...],"warnings":[...]} with the
connections of `manual` and those of IKE, or {"valid":false,"complaints":[...]}. Each
complaint or warning has file, line, column, what and hint.

Exit status: 0 the configuration is good, 1 the output could not be written, 2 the
configuration is wrong, for each reason a complaint.

Examples:
  esplanade check
  esplanade check gw.conf
  esplanade check gw.conf --json | jq .connections[].name)";

struct Options {
  std::string path = default_config_path;
  bool is_json = false;
};

auto refuse(const config::Complaints& complaints, const Options& options, const Console& console)
    -> daemon::Exit {
  if (options.is_json) console.out << to_json(complaints);
  for (const auto& complaint : complaints) {
    if (!options.is_json) console.err << complaint.to_string();
  }
  (void)console.finish();
  return daemon::Exit::bad_usage;
}

auto check(const Options& options, const Console& console) -> daemon::Exit {
  platform::Files files;
  const auto configuration = config::load(options.path, files);
  if (!configuration) return refuse(configuration.error(), options, console);
  for (const auto& warning : configuration->warnings) {
    if (!options.is_json) console.err << warning.to_string();
  }
  console.out << (options.is_json ? to_json(*configuration) : config::describe(*configuration));
  return console.finish();
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  auto* const command = app.add_subcommand("check", "Check a configuration and say what it means");
  command->footer(footer);
  command->add_option("-c,--config,CONFIG", options->path, "Configuration file")
      ->capture_default_str();
  command->add_flag("--json", options->is_json, "One JSON object");
  command->callback([options, &action] {
    action = [options](const Console& console) { return check(*options, console); };
  });
}

}  // namespace esplanade::cli
