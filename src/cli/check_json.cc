#include "cli/check_json.h"

#include "config/algorithms.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace esplanade::cli {
namespace {

using Json = nlohmann::ordered_json;

auto selector(const sa::TrafficSelector& from) -> Json {
  return {{"addresses", from.addresses.to_string()},
          {"protocol", from.protocol ? Json(std::to_underlying(*from.protocol)) : Json()},
          {"ports", {from.ports.first, from.ports.last}}};
}

auto selectors(const std::vector<sa::TrafficSelector>& from) -> Json {
  auto list = Json::array();
  for (const auto& one : from) list.push_back(selector(one));
  return list;
}

auto encapsulation(const std::optional<sa::UdpEncapsulation>& from) -> Json {
  if (!from) return nullptr;
  return {{"ours", from->ours}, {"theirs", from->theirs}};
}

auto mode(sa::Mode from) -> std::string_view {
  switch (from) {
    case sa::Mode::tunnel:    return "tunnel";
    case sa::Mode::transport: return "transport";
    case sa::Mode::beet:      return "beet";
  }
  core::bug();
}

auto direction(const config::ManualSa& from) -> Json {
  return {{"spi", fmt::format("0x{:08x}", std::to_underlying(from.spi))},
          {"protocol", config::word_of(from.protocol)},
          {"algorithms", config::to_string(from.protocol, from.algorithms)},
          {"key_file", from.key_file ? Json(*from.key_file) : Json()},
          {"key_used", from.is_used}};
}

auto connection(const config::ManualConnection& from) -> Json {
  return {
      {"name", from.name},
      {"mode", mode(from.mode)},
      {"ours", from.ours.to_string()},
      {"theirs", from.theirs.to_string()},
      {"encap", encapsulation(from.encapsulation)},
      {"selectors",
       {{"ours", selectors(from.selectors.ours)}, {"theirs", selectors(from.selectors.theirs)}}},
      {"esn", from.esn == sa::Esn::yes},
      {"replay_window", from.replay_window},
      {"out", direction(from.out)},
      {"in", direction(from.in)}};
}

auto proposals(const std::vector<sa::Proposal>& from) -> Json {
  auto list = Json::array();
  for (const auto& one : from) list.push_back(sa::to_text(one));
  return list;
}

auto addresses(const std::vector<policy::PeerAddress>& from) -> Json {
  auto list = Json::array();
  for (const auto& one : from) list.push_back(one.text);
  return list;
}

/// `dynamic` has no addresses.
auto selectors(const std::vector<policy::SelectorTemplate>& from) -> Json {
  auto list = Json::array();
  for (const auto& [range, protocol, ports] : from) {
    list.push_back({{"addresses", range ? Json(range->to_string()) : Json()},
                    {"protocol", protocol ? Json(std::to_underlying(*protocol)) : Json()},
                    {"ports", {ports.first, ports.last}}});
  }
  return list;
}

auto child(const policy::ChildPolicy& from) -> Json {
  return {{"name", from.name},
          {"mode", mode(from.mode)},
          {"proposals", proposals(from.proposals)},
          {"selectors", {{"ours", selectors(from.ours)}, {"theirs", selectors(from.theirs)}}}};
}

auto keyed(const policy::Connection& from) -> Json {
  auto children = Json::array();
  for (const auto& one : from.children) children.push_back(child(one));
  return {{"name", from.name},
          {"ours", addresses(from.ours)},
          {"theirs", addresses(from.theirs)},
          {"local_id", from.local.id.to_string()},
          {"remote_id", from.remote.id.to_string()},
          {"proposals", proposals(from.proposals)},
          {"children", children}};
}

auto complaint(const config::Complaint& from) -> Json {
  return {{"file", from.place.file},
          {"line", from.place.line},
          {"column", from.place.column},
          {"what", from.what},
          {"hint", from.hint.empty() ? Json() : Json(from.hint)}};
}

/// File names and texts are octets and may be no UTF-8.
auto line(const Json& json) -> std::string {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

auto to_json(const config::Configuration& configuration) -> std::string {
  auto connections = Json::array();
  for (const auto& from : configuration.manual) connections.push_back(connection(from));
  auto ike = Json::array();
  for (const auto& from : configuration.connections) ike.push_back(keyed(*from));
  auto warnings = Json::array();
  for (const auto& from : configuration.warnings) warnings.push_back(complaint(from));
  return line(
      {{"valid", true}, {"connections", connections}, {"ike", ike}, {"warnings", warnings}});
}

auto to_json(const config::Complaints& complaints) -> std::string {
  auto list = Json::array();
  for (const auto& from : complaints) list.push_back(complaint(from));
  return line({{"valid", false}, {"complaints", list}});
}

}  // namespace esplanade::cli
