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

auto number(const Json& json, const char* name, std::uint64_t most)
    -> std::expected<std::optional<std::uint16_t>, std::string> {
  const auto found = json.find(name);
  if (found == json.end()) return std::nullopt;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > most) {
    return std::unexpected(fmt::format("`{}` must be a number up to {}", name, most));
  }
  return found->get<std::uint16_t>();
}

auto address(const Json& json, const char* name) -> std::expected<net::Address, std::string> {
  const auto parsed = net::Address::parse(text(json, name));
  if (parsed) return *parsed;
  return std::unexpected(fmt::format("`{}` must be an address", name));
}

auto packet_in(const Json& json) -> std::expected<net::Datagram, std::string> {
  net::Datagram packet;
  packet.src = TRY(address(json, "from"));
  packet.dst = TRY(address(json, "to"));
  if (packet.src.family() != packet.dst.family()) {
    return std::unexpected("`from` and `to` are of different families");
  }
  packet.family = packet.src.family();
  const auto protocol = TRY(number(json, "protocol", 255));
  if (!protocol) return std::unexpected("carriers needs a protocol");
  packet.protocol = static_cast<iana::IpProtocol>(*protocol);
  const auto source = TRY(number(json, "sport", 65535));
  const auto destination = TRY(number(json, "dport", 65535));
  if (source && destination) packet.ports = net::Ports{*source, *destination};
  return packet;
}

auto event_for(const std::string& command, std::string connection, std::string child)
    -> std::expected<ike::Event, std::string> {
  if (command == "initiate") return ike::Initiate{std::move(connection), std::move(child)};
  if (command == "terminate") return ike::Terminate{std::move(connection), std::move(child)};
  if (command == "rekey") return ike::Rekey{std::move(connection), std::move(child)};
  if (command == "reauthenticate") return ike::Reauthenticate{std::move(connection)};
  return std::unexpected(fmt::format("there is no command `{}`", command));
}

struct Named {
  std::string_view connection, child;
};

/// By the operator's commands; other events name nothing.
auto names_in(const ike::Event& event) -> std::optional<Named> {
  return std::visit(
      [](const auto& one) -> std::optional<Named> {
        if constexpr (requires { one.child.empty(); }) {
          return Named{.connection = one.connection, .child = one.child};
        } else if constexpr (requires { one.connection; }) {
          return Named{.connection = one.connection, .child = {}};
        } else {
          return std::nullopt;
        }
      },
      event);
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
  if (command == "carriers") return CarriersQuestion{TRY(packet_in(json))};
  auto event = TRY(event_for(command, text(json, "connection"), text(json, "child")));
  if (text(json, "connection").empty()) return std::unexpected(command + " needs a connection");
  return event;
}

auto find_unknown(const ike::Event& event, const std::vector<policy::ConnectionPtr>& connections)
    -> std::optional<std::string> {
  const auto named = names_in(event);
  if (!named) return std::nullopt;
  const auto found = std::ranges::find_if(
      connections, [&](const auto& connection) { return connection->name == named->connection; });
  if (found == connections.end()) {
    return fmt::format("there is no connection `{}`", named->connection);
  }
  if (named->child.empty() || (*found)->find_child(named->child) != nullptr) return std::nullopt;
  return fmt::format("connection `{}` has no child `{}`", named->connection, named->child);
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

auto carriers_answer(const std::vector<Fields>& carriers) -> std::string {
  return dump({{"ok", true}, {"carriers", to_json(carriers)}});
}

}  // namespace esplanade::daemon
