#include "pipeline/bridge/neighbours.h"

#include "net/address_hash.h"

#include <algorithm>

namespace esplanade::pipeline {
namespace {

auto is_nobody(const net::Address& address) noexcept -> bool {
  return std::ranges::all_of(address.bytes(), [](std::byte octet) { return octet == std::byte{}; });
}

}  // namespace

auto Neighbours::row_of(const net::Address& address) noexcept -> std::size_t {
  return net::hash_of(address) % rows;
}

auto Neighbours::place_of(const net::Address& address) const noexcept -> const Place* {
  const auto row = std::span(places_).subspan(row_of(address) * places_in_row, places_in_row);
  const auto found = std::ranges::find_if(row, [&](const Place& place) {
    return place.at.has_value() && place.neighbour.address == address;
  });
  return found == row.end() ? nullptr : &*found;
}

void Neighbours::learn(const net::Neighbour& neighbour, Shown shown, core::Time now) noexcept {
  if (neighbour.mac.is_group() || is_nobody(neighbour.address)) return;
  if (net::group_mac(neighbour.address)) return;
  const auto row =
      std::span(places_).subspan(row_of(neighbour.address) * places_in_row, places_in_row);
  if (const auto* const known = place_of(neighbour.address)) {
    auto& place = row[static_cast<std::size_t>(known - row.data())];
    const bool contradicts = place.neighbour.mac != neighbour.mac;
    const bool is_weaker = shown == Shown::used && place.shown == Shown::said;
    if (contradicts && is_weaker && now - *place.at < fresh_for) return;
    const auto kept = contradicts ? shown : std::min(shown, place.shown);
    place = {neighbour, kept, now};
    return;
  }
  // Absent times are before all others.
  auto& oldest = *std::ranges::min_element(row, {}, &Place::at);
  oldest = {neighbour, shown, now};
}

auto Neighbours::find(const net::Address& address, core::Time now) const noexcept
    -> std::optional<net::MacAddress> {
  const auto* const place = place_of(address);
  if (place == nullptr || now - *place->at >= believed_for) return std::nullopt;
  return place->neighbour.mac;
}

auto Neighbours::asks(const net::Address& address, core::Time now) noexcept -> bool {
  const auto* const place = place_of(address);
  if (place != nullptr && now - *place->at < fresh_for) return false;
  auto& asked = asked_[row_of(address)];
  if (asked && now - *asked < ask_again) return false;
  asked = now;
  return true;
}

}  // namespace esplanade::pipeline
