#include "config/keying/shunts.h"

#include "config/check/clear.h"

#include <algorithm>

namespace esplanade::config::keying {
namespace {

constexpr auto of_children = std::to_array<std::string_view>({"start_action"});

auto is_installed(const syntax::Section& child) -> bool {
  const auto* const action = child.find("start_action");
  return action != nullptr && *action->value != "none";
}

}  // namespace

auto has_only_shunts(const syntax::Section& connection) -> bool {
  const auto* const children = connection.find_section("children");
  return children != nullptr && !children->sections.empty() &&
         std::ranges::all_of(children->sections, check::is_clear);
}

auto read_shunts(const syntax::Section& connection, check::Checker& check)
    -> std::vector<policy::ClearEntry> {
  std::vector<policy::ClearEntry> shunts;
  const auto* const children = connection.find_section("children");
  if (children == nullptr) return shunts;
  for (const auto& child : children->sections) {
    if (!check::is_clear(child)) continue;
    auto entry = check::read_clear(child, of_children, check);
    entry.name = connection.name + '.' + entry.name;
    if (is_installed(child)) {
      shunts.push_back(std::move(entry));
    } else {
      check.warn(child.place, "it has no effect without `start_action = trap`");
    }
  }
  return shunts;
}

}  // namespace esplanade::config::keying
