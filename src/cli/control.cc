#include "cli/control.h"

#include "platform/local/control_socket.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace esplanade::cli {
namespace {

using Json = nlohmann::ordered_json;

auto to_word(const Json& value) -> std::string {
  if (value.is_object()) {
    std::string counts;
    for (const auto& [name, count] : value.items()) {
      counts += fmt::format("{}{}:{}", counts.empty() ? "" : ",", name, to_word(count));
    }
    return counts.empty() ? "none" : counts;
  }
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  const bool is_plain = !text.empty() && text.find_first_of(" \"\n\t=") == std::string::npos;
  return is_plain ? text : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

auto is_ok(const Json& answer) -> bool {
  const auto ok = answer.find("ok");
  return ok != answer.end() && ok->is_boolean() && ok->get<bool>();
}

/// Why the daemon did not do it.
auto reason_of(const Json& answer) -> std::string {
  if (const auto why = answer.find("why"); why != answer.end()) return to_word(*why);
  std::string reasons;
  const auto notices = answer.find("notices");
  if (notices == answer.end()) return "the daemon's answer is none";
  for (const auto& notice : *notices) {
    reasons += fmt::format("{}{}", reasons.empty() ? "" : "; ", to_line(notice));
  }
  return reasons;
}

}  // namespace

void add_control_options(CLI::App& command, ControlOptions& options) {
  options.path = platform::default_control_path;
  command.add_option("--control", options.path, "Path of the daemon's control socket")
      ->type_name("PATH")
      ->capture_default_str();
  command.add_flag("--json", options.is_json, "The daemon's answer, one JSON object");
}

auto ask(const Json& question, const ControlOptions& options, const Console& console)
    -> std::optional<Json> {
  const auto line =
      platform::ask_at(options.path, question.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (!line) {
    (void)console.complain(line.error().to_string(), daemon::Exit::failed);
    return std::nullopt;
  }
  auto answer = Json::parse(*line, nullptr, /*allow_exceptions=*/false);
  if (options.is_json) console.out << *line << '\n';
  if (answer.is_object() && is_ok(answer)) return answer;
  (void)console.complain(answer.is_object() ? reason_of(answer) : "the daemon's answer is none",
                         daemon::Exit::failed);
  return std::nullopt;
}

auto to_line(const Json& object) -> std::string {
  std::string line;
  for (const auto& [key, value] : object.items()) {
    line += fmt::format("{}{}={}", line.empty() ? "" : " ", key, to_word(value));
  }
  return line;
}

}  // namespace esplanade::cli
