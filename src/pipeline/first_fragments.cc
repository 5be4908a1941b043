#include "pipeline/first_fragments.h"

#include <bit>

namespace esplanade::pipeline {

auto FirstFragments::place_of(const FragmentKey& key) noexcept -> std::size_t {
  static_assert(std::has_single_bit(places));
  return hash_of(key) % places;
}

void FirstFragments::remember(const net::Datagram& first, core::Time now) noexcept {
  if (!first.is_fragment || !first.has_upper_header || !first.ports) return;
  const auto key = key_of(first);
  seen_[place_of(key)] = {.key = key, .protocol = first.protocol, .ports = *first.ports, .at = now};
}

auto FirstFragments::complete(const net::Datagram& later, core::Time now) const noexcept
    -> std::optional<net::Datagram> {
  if (!later.is_fragment || later.has_upper_header) return std::nullopt;
  const auto key = key_of(later);
  const auto& seen = seen_[place_of(key)];
  if (!seen.at || now - *seen.at > kept_for || seen.key != key) return std::nullopt;
  auto complete = later;
  complete.protocol = seen.protocol;
  complete.ports = seen.ports;
  return complete;
}

}  // namespace esplanade::pipeline
