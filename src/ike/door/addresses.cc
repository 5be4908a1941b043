#include "ike/door/addresses.h"

#include <algorithm>

namespace esplanade::ike::door {
namespace {

using policy::PeerAddress;

enum class Match : std::uint8_t { none, any, range, exact };

auto match_one(const PeerAddress& allowed, const net::Address& address, const KnownNames& names)
    -> Match {
  if (allowed.range) {
    if (!allowed.range->contains(address)) return Match::none;
    return allowed.range->first() == allowed.range->last() ? Match::exact : Match::range;
  }
  const auto it = names.find(allowed.text);
  const bool is_it =
      it != names.end() && std::ranges::find(it->second, address) != it->second.end();
  return is_it ? Match::exact : Match::none;
}

auto match(const std::vector<PeerAddress>& allowed, const net::Address& address,
           const KnownNames& names) -> Match {
  if (allowed.empty()) return Match::any;
  auto best = Match::none;
  for (const auto& one : allowed) best = std::max(best, match_one(one, address, names));
  return best;
}

/// Addresses that packets can be sent to or from, of all entries.
auto single_addresses(const std::vector<PeerAddress>& entries, const KnownNames& names)
    -> std::vector<net::Address> {
  std::vector<net::Address> addresses;
  for (const auto& entry : entries) {
    if (entry.range && entry.range->first() == entry.range->last()) {
      addresses.push_back(entry.range->first());
    }
    if (const auto it = names.find(entry.text); !entry.range && it != names.end()) {
      addresses.insert(addresses.end(), it->second.begin(), it->second.end());
    }
  }
  return addresses;
}

auto source_for(const policy::Connection& connection, const net::Address& theirs,
                const KnownNames& names, SourceAddresses& sources) -> std::optional<net::Address> {
  const auto ours = single_addresses(connection.ours, names);
  const auto it = std::ranges::find(ours, theirs.family(), &net::Address::family);
  if (it != ours.end()) return *it;
  const auto source = sources.source_for(theirs);
  if (!source || match(connection.ours, *source, names) == Match::none) return std::nullopt;
  return source;
}

}  // namespace

auto candidates(const std::vector<policy::ConnectionPtr>& connections, const net::Path& path,
                const KnownNames& names) -> std::vector<policy::ConnectionPtr> {
  const auto score = [&](const policy::ConnectionPtr& connection) {
    const auto ours = match(connection->ours, path.ours.address, names);
    const auto theirs = match(connection->theirs, path.theirs.address, names);
    const bool fits = ours != Match::none && theirs != Match::none;
    return fits ? std::to_underlying(theirs) * 4 + std::to_underlying(ours) : 0;
  };
  std::vector<policy::ConnectionPtr> fitting;
  std::ranges::copy_if(connections, std::back_inserter(fitting),
                       [&](const auto& connection) { return score(connection) != 0; });
  std::ranges::stable_sort(fitting, std::ranges::greater{}, score);
  return fitting;
}

auto path_to(const policy::Connection& connection, std::uint32_t attempt, const KnownNames& names,
             SourceAddresses& sources) -> std::optional<net::Path> {
  const auto addresses = single_addresses(connection.theirs, names);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto& theirs = addresses[(attempt + i) % addresses.size()];
    const auto ours = source_for(connection, theirs, names, sources);
    if (!ours) continue;
    return net::Path{.ours = {.address = *ours, .port = connection.our_port},
                     .theirs = {.address = theirs, .port = connection.their_port}};
  }
  return std::nullopt;
}

auto names_of(const policy::Connection& connection) -> std::vector<std::string> {
  std::vector<std::string> names;
  for (const auto* side : {&connection.ours, &connection.theirs}) {
    for (const auto& entry : *side) {
      if (!entry.range) names.push_back(entry.text);
    }
  }
  return names;
}

}  // namespace esplanade::ike::door
