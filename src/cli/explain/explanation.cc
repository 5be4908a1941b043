#include "cli/explain/explanation.h"

#include "config/describe_keying.h"
#include "daemon/build_tables.h"
#include "daemon/control/carriers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace esplanade::cli::explain {
namespace {

using Json = nlohmann::ordered_json;
using policy::Obstacle;
using policy::Processing;

/// Addresses that only the system's routes tell are left open.
auto no_route(const net::Address& /*theirs*/) -> std::optional<net::Address> {
  return std::nullopt;
}

/// The SPD that `run` would make.
auto tables_of(const config::Configuration& configuration, crypto::Provider& provider)
    -> pipeline::Tables {
  auto tables = daemon::build_tables(configuration, {}, provider, core::Time{});
  core::ensure(tables.has_value());  // the configuration was checked
  daemon::append_keyed(configuration, no_route, tables->spd);
  return *std::move(tables);
}

auto end_text(const std::vector<sa::TrafficSelector>& end) -> std::string {
  std::vector<std::string> texts;
  for (const auto& one : end) {
    texts.push_back(config::describe_traffic(one.addresses.to_string(), one.protocol, one.ports));
  }
  return texts.empty() ? "what is not known yet" : fmt::format("{}", fmt::join(texts, ", "));
}

auto protocol_text(const net::Datagram& packet) -> std::string {
  const auto* const row = iana::find_row(iana::ip_protocols, packet.protocol);
  return row == nullptr ? fmt::format("protocol {}", std::to_underlying(packet.protocol))
                        : std::string(row->name);
}

auto is_icmp(const net::Datagram& packet) -> bool {
  return packet.protocol == iana::IpProtocol::icmp || packet.protocol == iana::IpProtocol::icmpv6;
}

auto port_text(const net::Datagram& packet, std::uint16_t net::Ports::* which) -> std::string {
  if (!packet.ports) return "no port";
  const auto port = (*packet.ports).*which;
  if (is_icmp(packet)) return fmt::format("type {} code {}", port >> 8, port & 0xff);
  return fmt::format("port {}", port);
}

/// Of the packet, that end which is ours, or theirs.
struct End {
  std::string_view role;     ///< "source" or "destination"
  std::string_view setting;  ///< "local_ts" or "remote_ts"
  const net::Address& address;
  std::uint16_t net::Ports::* port;
  const std::vector<sa::TrafficSelector>& selectors;
};

auto ends_of(const policy::Entry& entry, const Asked& asked) -> std::array<End, 2> {
  const auto& packet = asked.packet;
  const bool is_outbound = asked.direction == sa::Direction::outbound;
  const End source{"source", is_outbound ? "local_ts" : "remote_ts", packet.src, &net::Ports::src,
                   is_outbound ? entry.selectors.ours : entry.selectors.theirs};
  const End destination{"destination", is_outbound ? "remote_ts" : "local_ts", packet.dst,
                        &net::Ports::dst,
                        is_outbound ? entry.selectors.theirs : entry.selectors.ours};
  return is_outbound ? std::array{source, destination} : std::array{destination, source};
}

auto obstacle_text(Obstacle obstacle, const End& end, const net::Datagram& packet) -> std::string {
  const auto selectors = end_text(end.selectors);
  switch (obstacle) {
    case Obstacle::address:
      return fmt::format("its {} {} is not in {}, {}", end.role, end.address.to_string(),
                         end.setting, selectors);
    case Obstacle::protocol:
      return fmt::format("{} is not in {}, {}", protocol_text(packet), end.setting, selectors);
    case Obstacle::port:
      return fmt::format("its {} has {}, which is not in {}, {}", end.role,
                         port_text(packet, end.port), end.setting, selectors);
    case Obstacle::none: break;
  }
  return {};
}

/// Nothing if the entry takes the packet.
auto why_not(const policy::Entry& entry, const Asked& asked) -> std::string {
  if (!policy::holds(entry.sides, asked.direction)) return "it is for the other direction";
  const auto mismatch = policy::mismatch(entry.selectors, asked.packet, asked.direction);
  const auto ends = ends_of(entry, asked);
  if (mismatch.ours != Obstacle::none) return obstacle_text(mismatch.ours, ends[0], asked.packet);
  if (mismatch.theirs != Obstacle::none) {
    return obstacle_text(mismatch.theirs, ends[1], asked.packet);
  }
  const bool is_outbound = asked.direction == sa::Direction::outbound;
  if (is_outbound && !entry.dscps[asked.packet.tos >> 2]) return "it is for other DSCPs";
  return {};
}

auto what_happens(const policy::Entry& entry, sa::Direction direction) -> std::string {
  switch (entry.processing) {
    case Processing::bypass:  return "it is let through in clear (BYPASS)";
    case Processing::discard: return "it is dropped (DISCARD)";
    case Processing::protect: break;
  }
  return direction == sa::Direction::outbound
             ? "it is protected (PROTECT)"
             : "it is dropped: it should have come protected (PROTECT)";
}

auto carrier_of(const policy::Entry& entry, const pipeline::Tables& tables) -> std::string {
  if (entry.processing != Processing::protect) return {};
  if (entry.keyed) return "an SA that IKE makes for this child";
  return daemon::carrier_text(tables.sad.outbound(entry.sa).parameters);
}

auto packet_text(const Asked& asked) -> std::string {
  const auto& packet = asked.packet;
  const auto with_port = [&](const net::Address& address, std::uint16_t net::Ports::* which) {
    const auto text = address.to_string();
    return packet.ports && !is_icmp(packet) ? fmt::format("{} {}", text, port_text(packet, which))
                                            : text;
  };
  auto text =
      fmt::format("{} from {} to {}", protocol_text(packet),
                  with_port(packet.src, &net::Ports::src), with_port(packet.dst, &net::Ports::dst));
  if (packet.ports && is_icmp(packet)) text += ", " + port_text(packet, &net::Ports::src);
  return text +
         (asked.direction == sa::Direction::outbound ? ", going out" : ", coming in in clear");
}

auto word_of(Processing processing) -> std::string_view {
  switch (processing) {
    case Processing::bypass:  return "bypass";
    case Processing::discard: return "discard";
    case Processing::protect: return "protect";
  }
  core::bug();
}

}  // namespace

auto explain(const config::Configuration& configuration, const Asked& asked,
             crypto::Provider& provider) -> Explanation {
  const auto tables = tables_of(configuration, provider);
  Explanation explanation{.asked = asked, .passed = {}, .taker = {}};
  for (const auto& entry : tables.spd.entries()) {
    auto why = why_not(entry, asked);
    if (!why.empty()) {
      explanation.passed.push_back({entry.name, std::move(why)});
      continue;
    }
    const auto carrier =
        asked.direction == sa::Direction::outbound ? carrier_of(entry, tables) : std::string();
    explanation.taker = Taker{.name = entry.name,
                              .processing = entry.processing,
                              .what = what_happens(entry, asked.direction),
                              .carrier = carrier,
                              .is_keyed = !carrier.empty() && entry.keyed.has_value()};
    break;
  }
  return explanation;
}

auto carriers_question(const net::Datagram& packet) -> Json {
  Json question = {{"command", "carriers"},
                   {"from", packet.src.to_string()},
                   {"to", packet.dst.to_string()},
                   {"protocol", std::to_underlying(packet.protocol)}};
  if (packet.ports) {
    question["sport"] = packet.ports->src;
    question["dport"] = packet.ports->dst;
  }
  return question;
}

void take_carrier(Explanation& explanation, const Json& answer) {
  if (!explanation.taker || !explanation.taker->is_keyed) return;
  auto& taker = *explanation.taker;
  taker.carrier = "no SA yet: IKE has made none that holds it";
  for (const auto& one : answer.value("carriers", Json::array())) {
    if (one.value("entry", "") != taker.name) continue;
    taker.carrier = one.value("carrier", "");
    return;
  }
}

auto to_text(const Explanation& explanation) -> std::string {
  auto text = packet_text(explanation.asked) + "\n";
  for (const auto& [name, why] : explanation.passed) {
    text += fmt::format("  not `{}`: {}\n", name, why);
  }
  if (!explanation.taker) return text + "  no entry takes it: it is dropped\n";
  const auto& taker = *explanation.taker;
  text += fmt::format("  `{}` takes it: {}\n", taker.name, taker.what);
  if (!taker.carrier.empty()) text += fmt::format("  carried by {}\n", taker.carrier);
  return text;
}

auto to_json(const Explanation& explanation) -> std::string {
  auto passed = Json::array();
  for (const auto& [name, why] : explanation.passed) {
    passed.push_back({{"entry", name}, {"why", why}});
  }
  Json taker;
  if (explanation.taker) {
    const auto& one = *explanation.taker;
    taker = {{"entry", one.name},
             {"processing", word_of(one.processing)},
             {"what", one.what},
             {"carrier", one.carrier.empty() ? Json() : Json(one.carrier)}};
  }
  return Json({{"packet", packet_text(explanation.asked)}, {"passed", passed}, {"taker", taker}})
             .dump() +
         '\n';
}

}  // namespace esplanade::cli::explain
