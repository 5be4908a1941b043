#include "ike/explain/observer.h"

#include <algorithm>

namespace esplanade::ike::explain {
namespace {

constexpr std::size_t most_conversations = 4096;
constexpr std::size_t most_unreachables = 1024;
constexpr std::size_t most_esp_pairs = 4096;
/// With one SPI: ends that take the same for every IKE SA, or somebody who plays with us.
constexpr std::size_t most_with_one_spi = 64;

}  // namespace

void Observer::saw(const Sighting& sighting) {
  saw_time(sighting.at);
  auto& conversations = knowledge_.conversations;
  auto& places = places_[std::to_underlying(sighting.header.spis.i)];
  // The latest first: an SPI that comes again is a new IKE SA's.
  const auto it = std::find_if(places.rbegin(), places.rend(), [&](std::size_t place) {
    return conversations[place].has(sighting.header);
  });
  if (it != places.rend()) return conversations[*it].add(sighting);
  if (conversations.size() == most_conversations || places.size() == most_with_one_spi) {
    ++left_out_;
    if (places.empty()) places_.erase(std::to_underlying(sighting.header.spis.i));
    return;
  }
  places.push_back(conversations.size());
  conversations.emplace_back(sighting);
}

void Observer::saw(const Unreachable& unreachable) {
  if (knowledge_.unreachables.size() < most_unreachables) {
    knowledge_.unreachables.push_back(unreachable);
  }
}

void Observer::saw_esp(const net::Address& from, const net::Address& dest, EspCount one) {
  auto& counts = knowledge_.esp;
  const auto it = counts.find({from, dest});
  if (it != counts.end()) {
    it->second.packets += one.packets;
  } else if (counts.size() < most_esp_pairs) {
    counts.emplace(std::pair(from, dest), one);
  }
}

void Observer::saw_time(core::WallTime at) noexcept {
  knowledge_.last_seen = std::max(knowledge_.last_seen, at);
}

void Observer::know(std::vector<policy::ConnectionPtr> connections,
                    std::shared_ptr<const policy::Credentials> credentials) {
  knowledge_.connections = std::move(connections);
  knowledge_.credentials = std::move(credentials);
}

}  // namespace esplanade::ike::explain
