// The contract between keying and data plane: everything one simplex ESP SA is made from, as plain
// values. Manual configuration makes two of these for a tunnel; IKE will make the same.
#pragma once

#include "core/ids.h"
#include "core/time.h"
#include "net/address.h"
#include "sa/esp_algorithms.h"
#include "sa/selector.h"

#include <optional>

namespace esplanade::sa {

enum class Direction : std::uint8_t { outbound, inbound };
enum class Mode : std::uint8_t { tunnel, transport };
enum class Esn : std::uint8_t { no, yes };

/// What an outer IPv4 header's DF bit becomes (RFC 4301, 8.1).
enum class DfPolicy : std::uint8_t { copy, set, clear };

/// UDP encapsulation (RFC 3948); ports in host order.
struct UdpEncapsulation {
  std::uint16_t ours = 4500;
  std::uint16_t theirs = 4500;
  auto operator==(const UdpEncapsulation&) const -> bool = default;
};

/// What the peer took the ends' addresses for when it made its checksums, in transport mode across
/// a NAT (RFC 3948, 3.1.2).
struct AddressesSent {
  net::Address src, dst;
  auto operator==(const AddressesSent&) const -> bool = default;
};

/// When an SA ends (RFC 4301, 4.4.2.1): whichever limit comes first. Octets are those given to
/// the cipher. Soft limits ask for a successor, hard ones end the SA. Absent: no limit.
struct Lifetime {
  std::optional<core::Duration> soft_time, hard_time;
  std::optional<std::uint64_t> soft_octets, hard_octets;
  std::optional<std::uint64_t> soft_packets, hard_packets;
  auto operator==(const Lifetime&) const -> bool = default;
};

struct SaParameters {
  core::Spi spi{};
  Direction direction{};
  Mode mode{};
  net::Address ours, theirs;  ///< outer addresses, one family
  std::optional<UdpEncapsulation> encapsulation;
  std::optional<AddressesSent> before_nat;  ///< inbound only
  EspAlgorithms algorithms;
  EspKeys keys;
  Esn esn = Esn::yes;
  std::uint32_t replay_window = 64;  ///< packets; inbound only; 0 turns it off
  DfPolicy df = DfPolicy::copy;
  /// Fragments that show no ports go with the first of their datagram, which does: both ends have
  /// agreed to it (NON_FIRST_FRAGMENTS_ALSO; RFC 4301, 7.3).
  bool carries_later_fragments = false;
  Lifetime lifetime;
  Selectors selectors;

  /// A second copy, keys included: one is for the data plane, which takes it apart.
  [[nodiscard]] auto clone() const -> SaParameters {
    return {.spi = spi,
            .direction = direction,
            .mode = mode,
            .ours = ours,
            .theirs = theirs,
            .encapsulation = encapsulation,
            .before_nat = before_nat,
            .algorithms = algorithms,
            .keys = keys.clone(),
            .esn = esn,
            .replay_window = replay_window,
            .df = df,
            .carries_later_fragments = carries_later_fragments,
            .lifetime = lifetime,
            .selectors = selectors};
  }
};

}  // namespace esplanade::sa
