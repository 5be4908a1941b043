#include "daemon/control/commands.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace esplanade::daemon {
namespace {

using Json = nlohmann::ordered_json;

auto dump(const Json& json) -> std::string {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Text of a member; empty if it is not there.
auto text(const Json& json, const char* name) -> std::string {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

auto event_for(const std::string& command, std::string connection, std::string child)
    -> std::expected<ike::Event, std::string> {
  if (command == "initiate") return ike::Initiate{std::move(connection), std::move(child)};
  if (command == "terminate") return ike::Terminate{std::move(connection), std::move(child)};
  if (command == "rekey") return ike::Rekey{std::move(connection), std::move(child)};
  if (command == "reauthenticate") return ike::Reauthenticate{std::move(connection)};
  return std::unexpected(fmt::format("there is no command `{}`", command));
}

auto to_json(const Fields& fields) -> Json {
  auto object = Json::object();
  for (const auto& [key, value] : fields) {
    std::visit([&object, &name = key](const auto& v) { object[name] = v; }, value);
  }
  return object;
}

auto to_json(const std::vector<Fields>& lines) -> Json {
  auto list = Json::array();
  for (const auto& line : lines) list.push_back(to_json(line));
  return list;
}

auto to_json(const ike::Notice& notice) -> Json {
  Json object = {{"event", notice.event}};
  for (const auto& [key, value] : notice.fields) object[key] = value;
  return object;
}

}  // namespace

auto parse_question(std::string_view line) -> std::expected<Question, std::string> {
  const auto json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::unexpected("this is no JSON object");
  const auto command = text(json, "command");
  if (command == "status") return StatusQuestion{};
  auto event = TRY(event_for(command, text(json, "connection"), text(json, "child")));
  if (text(json, "connection").empty()) return std::unexpected(command + " needs a connection");
  return event;
}

auto refusal(std::string_view why) -> std::string { return dump({{"ok", false}, {"why", why}}); }

auto answer(const std::vector<ike::Notice>& notices) -> std::string {
  const auto is_error = [](const ike::Notice& one) { return one.level == ike::Level::error; };
  auto list = Json::array();
  for (const auto& notice : notices) list.push_back(to_json(notice));
  return dump({{"ok", std::ranges::none_of(notices, is_error)}, {"notices", list}});
}

auto answer(const Status& status) -> std::string {
  return dump({{"ok", true},
               {"ike_sas", to_json(status.ike_sas)},
               {"child_sas", to_json(status.child_sas)},
               {"manual_sas", to_json(status.manual_sas)},
               {"failures", to_json(status.failures)},
               {"totals", to_json(status.totals)}});
}

}  // namespace esplanade::daemon
