// `esplanade status`: what SAs a running daemon has.
#include "cli/control.h"
#include "cli/subcommands.h"

#include <CLI/CLI.hpp>

#include <array>

namespace esplanade::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto footer =
    R"(A line for each IKE SA, for each pair of ESP SAs it has made, for each ESP SA made by
hand, for each connection that has failed and is not up again (why, what to change and where,
when, how often in a row, and in how many seconds it is tried again), and one for the totals.

With --json: {"ok":true,"ike_sas":[...],"child_sas":[...],"manual_sas":[...],
"failures":[...],"totals":{...}} with the same members.

Exit status: 0, or 1 if no daemon answers.

Examples:
  esplanade status
  esplanade status --json | jq .child_sas[].state)";

struct Kind {
  const char* member;
  const char* word;
};
constexpr std::array kinds = {Kind{"ike_sas", "ike_sa"}, Kind{"child_sas", "child_sa"},
                              Kind{"manual_sas", "sa"}, Kind{"failures", "failed"}};

auto status(const ControlOptions& options, const Console& console) -> daemon::Exit {
  const auto answer = ask({{"command", "status"}}, options, console);
  if (!answer) return daemon::Exit::failed;
  if (options.is_json) return console.finish();
  for (const auto& [member, word] : kinds) {
    for (const auto& one : answer->value(member, Json::array())) {
      console.out << word << ' ' << to_line(one) << '\n';
    }
  }
  console.out << "totals " << to_line(answer->value("totals", Json::object())) << '\n';
  return console.finish();
}

}  // namespace

void add_status(CLI::App& app, Action& action) {
  const auto options = std::make_shared<ControlOptions>();
  auto* const command = app.add_subcommand("status", "Say what SAs a running daemon has");
  command->footer(footer);
  add_control_options(*command, *options);
  command->callback([options, &action] {
    action = [options](const Console& console) { return status(*options, console); };
  });
}

}  // namespace esplanade::cli
