#include "pipeline/first_fragments.h"

#include <bit>

namespace esplanade::pipeline {
namespace {

/// Spreads what differs over all bits (the finaliser of SplitMix64).
auto mixed(std::uint64_t value) noexcept -> std::uint64_t {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

auto sum_of(const net::Address& address) noexcept -> std::uint64_t {
  std::uint64_t sum = 0;
  for (const auto octet : address.bytes()) sum = sum * 257 + std::to_integer<std::uint64_t>(octet);
  return sum;
}

}  // namespace

auto FirstFragments::key_of(const net::Datagram& fragment) noexcept -> Key {
  const bool is_ipv4 = fragment.family == net::Family::ipv4;
  return {.src = fragment.src,
          .dst = fragment.dst,
          .id = fragment.fragment_id,
          .protocol = is_ipv4 ? fragment.protocol : iana::IpProtocol{}};
}

auto FirstFragments::place_of(const Key& key) noexcept -> std::size_t {
  static_assert(std::has_single_bit(places));
  const auto ends = mixed(sum_of(key.src)) + sum_of(key.dst);
  return mixed(mixed(ends) + key.id + std::to_underlying(key.protocol)) % places;
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
