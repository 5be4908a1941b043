#include "policy/connection.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::policy {

auto Line::to_string() const -> std::string {
  return file.empty() ? std::string() : fmt::format("{}:{}", file, line);
}

auto Connection::find_child(std::string_view child) const -> const ChildPolicy* {
  const auto it = std::ranges::find(children, child, &ChildPolicy::name);
  return it == children.end() ? nullptr : &*it;
}

}  // namespace esplanade::policy
