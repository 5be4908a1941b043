// One hash for everything that is found by addresses.
//
// Not for tables whose keys a stranger chooses freely and without bound: it is fast, not secret.
#pragma once

#include "net/address.h"

namespace esplanade::net {

/// Spreads what differs over all bits (the finaliser of SplitMix64).
[[nodiscard]] constexpr auto mixed(std::uint64_t value) noexcept -> std::uint64_t {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/// Order counts: hash_of(a) then b is another value than the other way round.
[[nodiscard]] constexpr auto combined(std::uint64_t hash, std::uint64_t with) noexcept
    -> std::uint64_t {
  return mixed(hash * 0x9e3779b97f4a7c15 + with);
}

[[nodiscard]] inline auto hash_of(const Address& address) noexcept -> std::uint64_t {
  const auto octets = address.bytes();
  if (octets.size() == 4) return mixed(core::load_be<std::uint32_t>(octets, 0) + std::uint64_t{1});
  return combined(core::load_be<std::uint64_t>(octets, 0), core::load_be<std::uint64_t>(octets, 8));
}

struct AddressHash {
  [[nodiscard]] auto operator()(const Address& address) const noexcept -> std::size_t {
    return hash_of(address);
  }
};

}  // namespace esplanade::net
