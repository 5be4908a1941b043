#include "daemon/build_tables.h"

#include <algorithm>

namespace esplanade::daemon {
namespace {

using config::Configuration;
using config::ManualConnection;
using config::ManualSa;
using sa::Direction;

auto side(const ManualConnection& connection, Direction direction) -> const ManualSa& {
  return direction == Direction::outbound ? connection.out : connection.in;
}

auto has_same_keys(const ManualSa& a, const ManualSa& b) -> bool {
  return core::equal_constant_time(a.keys.encryption.reveal(), b.keys.encryption.reveal()) &&
         core::equal_constant_time(a.keys.integrity.reveal(), b.keys.integrity.reveal());
}

auto index(std::size_t position) -> core::SaIndex {
  return core::SaIndex{static_cast<std::uint32_t>(position)};
}

void note_succession(std::vector<pipeline::Succession>& successions,
                     std::optional<std::size_t> before, core::SaIndex after) {
  if (before) successions.push_back({index(*before), after});
}

void append_clear(const Configuration& configuration, std::size_t place, policy::Spd& spd) {
  for (const auto& clear : configuration.clear) {
    if (clear.place == place) spd.append(clear.entry);
  }
}

auto icmp_log_of(config::IcmpLog log) -> pipeline::IcmpLog {
  switch (log) {
    case config::IcmpLog::none: return pipeline::IcmpLog::none;
    case config::IcmpLog::path: return pipeline::IcmpLog::path;
    case config::IcmpLog::all:  return pipeline::IcmpLog::all;
  }
  core::bug();
}

}  // namespace

auto find_predecessor(const Configuration& before, Direction direction, const ManualSa& sa)
    -> std::optional<std::size_t> {
  const auto found = std::ranges::find_if(before.manual, [&](const ManualConnection& connection) {
    const auto& candidate = side(connection, direction);
    return candidate.spi == sa.spi && has_same_keys(candidate, sa);
  });
  if (found == before.manual.end()) return std::nullopt;
  return static_cast<std::size_t>(found - before.manual.begin());
}

auto build_tables(const Configuration& configuration, const Configuration& before,
                  crypto::Provider& provider, core::Time now) -> core::Result<pipeline::Tables> {
  pipeline::Tables tables;
  tables.encap_ports = encap_ports(configuration);
  tables.discards = configuration.dataplane.tells_discards ? pipeline::DiscardAnswers::icmp
                                                           : pipeline::DiscardAnswers::none;
  tables.icmp_log = icmp_log_of(configuration.dataplane.icmp_log);
  for (std::size_t place = 0; place < configuration.manual.size(); ++place) {
    append_clear(configuration, place, tables.spd);
    const auto& connection = configuration.manual[place];
    const auto parameters = [&](Direction direction) {
      return with_path(connection.parameters(direction), configuration.dataplane);
    };
    auto out = TRY(ipsec::OutboundSa::make(parameters(Direction::outbound), provider, now));
    auto in = TRY(ipsec::InboundSa::make(parameters(Direction::inbound), provider, now));
    const auto out_index = tables.sad.add(std::move(out));
    const auto in_index = tables.sad.add(std::move(in));
    tables.spd.append(
        {.selectors = connection.selectors, .sa = out_index, .name = connection.name});
    note_succession(tables.outbound_successions,
                    find_predecessor(before, Direction::outbound, connection.out), out_index);
    note_succession(tables.inbound_successions,
                    find_predecessor(before, Direction::inbound, connection.in), in_index);
  }
  append_clear(configuration, configuration.manual.size(), tables.spd);
  return tables;
}

void append_keyed(const Configuration& configuration, const SourceFinder& source,
                  policy::Spd& spd) {
  for (auto& entry : keyed_entries(configuration.connections, source)) {
    spd.append(std::move(entry));
  }
  append_clear(configuration, config::behind_all, spd);
}

auto encap_ports(const Configuration& configuration) -> std::vector<std::uint16_t> {
  std::vector<std::uint16_t> ports;
  if (!configuration.connections.empty()) ports.push_back(configuration.ike.port_nat_t);
  for (const auto& connection : configuration.manual) {
    if (connection.encapsulation) ports.push_back(connection.encapsulation->ours);
  }
  std::ranges::sort(ports);
  const auto repeated = std::ranges::unique(ports);
  ports.erase(repeated.begin(), repeated.end());
  return ports;
}

auto route_plan(const Configuration& configuration) -> platform::RoutePlan {
  platform::RoutePlan plan;
  for (const auto& connection : configuration.manual) {
    const bool is_transport = connection.mode == sa::Mode::transport;
    const auto source = is_transport ? std::optional(connection.ours) : std::nullopt;
    std::ranges::copy(routes_for(connection.selectors, source), std::back_inserter(plan));
  }
  return plan;
}

}  // namespace esplanade::daemon
