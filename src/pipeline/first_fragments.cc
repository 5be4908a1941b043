#include "pipeline/first_fragments.h"

#include "net/address_hash.h"

#include <bit>

namespace esplanade::pipeline {
auto FirstFragments::key_of(const net::Datagram& fragment) noexcept -> Key {
  const bool is_ipv4 = fragment.family == net::Family::ipv4;
  return {.src = fragment.src,
          .dst = fragment.dst,
          .id = fragment.fragment_id,
          .protocol = is_ipv4 ? fragment.protocol : iana::IpProtocol{}};
}

auto FirstFragments::place_of(const Key& key) noexcept -> std::size_t {
  static_assert(std::has_single_bit(places));
  const auto ends = net::combined(net::hash_of(key.src), net::hash_of(key.dst));
  return net::combined(ends, std::uint64_t{key.id} << 8 | std::to_underlying(key.protocol)) %
         places;
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
