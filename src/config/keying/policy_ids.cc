#include "config/keying/policy_ids.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace esplanade::config::keying {
namespace {

/// FNV-1a.
auto hash(std::string_view text, std::uint32_t from) -> std::uint32_t {
  constexpr std::uint32_t prime = 16777619;
  for (const auto c : text) from = (from ^ static_cast<unsigned char>(c)) * prime;
  return from;
}

struct Named {
  std::string_view connection;
  policy::ChildPolicy* child;
};

auto names_of(const Named& named) -> std::tuple<std::string_view, std::string_view> {
  return {named.connection, named.child->name};
}

}  // namespace

void number_policies(std::span<policy::Connection> connections) {
  constexpr std::uint32_t basis = 2166136261;
  std::vector<Named> all;
  for (auto& connection : connections) {
    for (auto& child : connection.children) all.push_back({connection.name, &child});
  }
  std::ranges::sort(all, {}, names_of);
  std::set<std::uint32_t> taken = {0};
  for (const auto& [connection, child] : all) {
    auto number = hash(child->name, hash(".", hash(connection, basis)));  // no name has a dot
    while (!taken.insert(number).second) ++number;
    child->policy = policy::PolicyId{number};
  }
}

}  // namespace esplanade::config::keying
