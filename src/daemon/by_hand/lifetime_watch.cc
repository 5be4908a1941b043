#include "daemon/by_hand/lifetime_watch.h"

#include <utility>

namespace esplanade::daemon {
namespace {

using ipsec::LifetimeStage;
using sa::Direction;

auto stage_of(const pipeline::Tables& tables, Direction direction, std::size_t place,
              core::Time now) -> LifetimeStage {
  const auto index = core::SaIndex{static_cast<std::uint32_t>(place)};
  if (direction == Direction::outbound) {
    const auto& sa = tables.sad.outbound(index);
    return sa.lifetime.stage(sa.usage, now);
  }
  const auto& sa = tables.sad.inbound(index);
  return sa.lifetime.stage(sa.usage, now);
}

auto line(const std::string& name, Direction direction, LifetimeStage stage) -> Fields {
  const bool is_over = stage == LifetimeStage::hard;
  return {{"name", name},
          {"direction", direction == Direction::outbound ? "out" : "in"},
          {"limit", is_over ? "hard" : "soft"},
          {"meaning", is_over ? "the SA carries nothing any more" : "new keys are due"}};
}

}  // namespace

auto LifetimeWatch::look(const config::Configuration& configuration, const pipeline::Tables& tables,
                         core::Time now) -> std::vector<Fields> {
  std::vector<Fields> lines;
  for (std::size_t i = 0; i < configuration.manual.size(); ++i) {
    for (const auto direction : {Direction::outbound, Direction::inbound}) {
      const auto stage = stage_of(tables, direction, i, now);
      auto& told = told_[{direction, i}];  // fresh at first
      if (stage == std::exchange(told, stage) || stage == LifetimeStage::fresh) continue;
      lines.push_back(line(configuration.manual[i].name, direction, stage));
    }
  }
  return lines;
}

}  // namespace esplanade::daemon
