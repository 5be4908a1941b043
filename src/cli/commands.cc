// `esplanade initiate`, `terminate`, `rekey` and `reauth`: what a running daemon is to do.
#include "cli/control.h"
#include "cli/subcommands.h"

#include <CLI/CLI.hpp>

#include <array>

namespace esplanade::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto footer =
    R"(Returns when the daemon has begun, and prints what it had to say at once; its log says
what came of it, and `esplanade status` what there is.

Exit status: 0 begun, 1 no daemon answers or it refuses, 2 wrong usage.)";

enum class Takes : std::uint8_t { connection, connection_and_child };

struct Command {
  const char* name;
  const char* word;  ///< the daemon's
  Takes takes;
  const char* description;
};
constexpr std::array commands = {
    Command{"initiate", "initiate", Takes::connection_and_child,
            "Set up a child, or a connection with all that start by themselves"},
    Command{"terminate", "terminate", Takes::connection_and_child,
            "Close a child, or the IKE SAs of a connection"},
    Command{"rekey", "rekey", Takes::connection_and_child,
            "Give new keys to a child, or to the IKE SAs of a connection"},
    Command{"reauth", "reauthenticate", Takes::connection, "Make the IKE SAs of a connection anew"},
};

struct Options : ControlOptions {
  std::string connection, child;
};

auto perform(const Command& command, const Options& options, const Console& console)
    -> daemon::Exit {
  const Json question = {
      {"command", command.word}, {"connection", options.connection}, {"child", options.child}};
  const auto answer = ask(question, options, console);
  if (!answer) return daemon::Exit::failed;
  if (options.is_json) return console.finish();
  for (const auto& notice : answer->value("notices", Json::array())) {
    console.out << to_line(notice) << '\n';
  }
  return console.finish();
}

void add(CLI::App& app, Action& action, const Command& of) {
  const auto options = std::make_shared<Options>();
  auto* const command = app.add_subcommand(of.name, of.description);
  command->footer(footer);
  command->add_option("-C,--connection,CONNECTION", options->connection, "Name of the connection")
      ->required();
  if (of.takes == Takes::connection_and_child) {
    command->add_option("--child", options->child, "Name of the child")->type_name("CHILD");
  }
  add_control_options(*command, *options);
  command->callback([options, &of, &action] {
    action = [options, &of](const Console& console) { return perform(of, *options, console); };
  });
}

}  // namespace

void add_commands(CLI::App& app, Action& action) {
  for (const auto& command : commands) add(app, action, command);
}

}  // namespace esplanade::cli
