#include "daemon/control/carriers.h"

#include "config/algorithms.h"
#include "policy/match.h"

#include <fmt/format.h>

#include <ranges>

namespace esplanade::daemon {
namespace {

auto entry_name(policy::PolicyId policy, const std::vector<policy::ConnectionPtr>& connections)
    -> std::string {
  for (const auto& connection : connections) {
    for (const auto& child : connection->children) {
      if (child.policy == policy) return connection->name + '.' + child.name;
    }
  }
  return {};
}

}  // namespace

auto carrier_text(const sa::SaParameters& outbound) -> std::string {
  return fmt::format("{} with SPI 0x{:08x} and {}, from {} to {}",
                     config::to_string(outbound.protocol), std::to_underlying(outbound.spi),
                     config::to_string(outbound.protocol, outbound.algorithms),
                     outbound.ours.to_string(), outbound.theirs.to_string());
}

auto carrier_lines(const net::Datagram& packet,
                   const std::vector<policy::ConnectionPtr>& connections,
                   const ChildTable& children) -> std::vector<Fields> {
  std::vector<Fields> lines;
  for (const auto& [id, sas] : std::views::reverse(children.all())) {
    if (!sas.outbound) continue;
    const auto& parameters = sas.outbound->parameters;
    if (!policy::matches(parameters.selectors, packet, sa::Direction::outbound)) continue;
    lines.push_back(
        {{"entry", entry_name(sas.policy, connections)}, {"carrier", carrier_text(parameters)}});
  }
  return lines;
}

}  // namespace esplanade::daemon
