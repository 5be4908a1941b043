// `esplanade run`: the daemon.
#include "cli/subcommands.h"
#include "platform/local/control_socket.h"

#include <CLI/CLI.hpp>

namespace esplanade::cli {
namespace {

constexpr auto footer =
    R"(The daemon stays in the foreground and logs to standard error. SIGTERM and SIGINT stop
it, SIGHUP loads the configuration again, SIGUSR1 logs a status line per SA. The
subcommands status, initiate, terminate, rekey and reauth reach it by its control socket.

It needs CAP_NET_ADMIN and CAP_NET_RAW, and CAP_NET_BIND_SERVICE to take the ports of
IKE; what else it has it gives up.

Exit status: 0 stopped as asked, 1 the system refused something, 2 wrong usage or
configuration.

Examples:
  esplanade run
  esplanade run gw.conf --log json)";

}  // namespace

void add_run(CLI::App& app, Action& action) {
  const auto options = std::make_shared<daemon::RunOptions>();
  options->config_path = default_config_path;
  options->control_path = platform::default_control_path;
  const auto format = std::make_shared<std::string>("text");
  auto* const command = app.add_subcommand("run", "Run the daemon");
  command->footer(footer);
  command->add_option("-c,--config,CONFIG", options->config_path, "Configuration file")
      ->capture_default_str();
  command->add_option("--log", *format, "Format of the log: text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->capture_default_str();
  command->add_option("--control", options->control_path, "Path of the control socket")
      ->type_name("PATH")
      ->capture_default_str();
  command->callback([options, format, &action] {
    options->log_format = *format == "json" ? daemon::LogFormat::json : daemon::LogFormat::text;
    action = [options](const Console&) { return daemon::run(*options); };
  });
}

}  // namespace esplanade::cli
