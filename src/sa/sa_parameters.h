// The contract between keying and data plane: everything one simplex SA is made from, as plain
// values. Manual configuration makes two of these for a tunnel, and so does IKE.
#pragma once

#include "core/ids.h"
#include "core/time.h"
#include "net/address.h"
#include "sa/esp_algorithms.h"
#include "sa/selector.h"

#include <array>
#include <numeric>
#include <optional>

namespace esplanade::sa {

enum class Direction : std::uint8_t { outbound, inbound };
enum class Protocol : std::uint8_t { esp, ah };

/// beet: a tunnel whose inner addresses are fixed and not sent (draft-nikander-esp-beet-mode-09).
enum class Mode : std::uint8_t { tunnel, transport, beet };
enum class Esn : std::uint8_t { no, yes };

/// What an outer IPv4 header's DF bit becomes (RFC 4301, 8.1).
enum class DfPolicy : std::uint8_t { copy, set, clear };

/// What must fit an SA's selectors for an ICMP error to be let through (RFC 4301, 6.2): the error
/// itself or the packet it quotes, reversed; or the latter whatever the error itself is.
enum class IcmpErrorCheck : std::uint8_t { either, quoted };

/// Whether the segment sizes that TCP ends announce are lowered to what fits the SA's path.
enum class TcpMss : std::uint8_t { keep, lower };

/// Whether a tunnel cuts what may be cut before it protects it, or behind that alone (RFC
/// 4301, 5.1).
enum class Fragmenting : std::uint8_t { before, after };

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

/// By inner DSCP, the DSCP of the outer header (RFC 4301, 5.1.2): copied, mapped or set.
struct DscpMap {
  std::array<std::uint8_t, 64> outer = [] {
    std::array<std::uint8_t, 64> same{};
    std::iota(same.begin(), same.end(), std::uint8_t{0});
    return same;
  }();
  auto operator==(const DscpMap&) const -> bool = default;
};

/// Where an opened tunnel packet has its DSCP from (RFC 4301, 5.1.2.1, note 5).
enum class InnerDscp : std::uint8_t { keep, from_outer };

/// ECN across a tunnel (RFC 6040): normal, or not at all for peers that do not know it
/// (compatibility mode, section 4.3).
enum class Ecn : std::uint8_t { normal, compatible };

/// What AH's length is a multiple of over IPv4: 4 octets as RFC 4302, 2.6 has it, or 8, as Linux
/// does unless told `align4`. Received are both.
enum class AhAlignment : std::uint8_t { four, eight };

/// The inner addresses of a BEET SA, seen from this end.
struct InnerAddresses {
  net::Address ours, theirs;
  auto operator==(const InnerAddresses&) const -> bool = default;
};

/// Whether a packet that was protected leaves, or meets the SPD once more, for an SA around this
/// one (RFC 4301, 5.1 and appendix E).
enum class Nesting : std::uint8_t { none, by_policy };

/// What beside the SPI names an inbound SA of a group (RFC 4301, 4.1): where a packet goes to, and
/// perhaps where it comes from.
struct GroupLookup {
  net::Address destination;  ///< a multicast address
  std::optional<net::Address> source;
  auto operator==(const GroupLookup&) const -> bool = default;
};

/// What every packet asks for stands in front, in one cache line.
struct SaParameters {
  Protocol protocol = Protocol::esp;
  Direction direction{};
  Mode mode{};
  Esn esn = Esn::yes;
  DfPolicy df = DfPolicy::copy;
  Fragmenting fragmenting = Fragmenting::before;
  TcpMss tcp_mss = TcpMss::keep;
  IcmpErrorCheck icmp_errors = IcmpErrorCheck::either;
  InnerDscp inner_dscp = InnerDscp::keep;
  Ecn ecn = Ecn::normal;
  AhAlignment ah_alignment = AhAlignment::four;
  Nesting nesting = Nesting::none;  ///< inbound: only what came inside another is taken
  /// Fragments that show no ports go with the first of their datagram, which does: both ends have
  /// agreed to it (NON_FIRST_FRAGMENTS_ALSO; RFC 4301, 7.3).
  bool carries_later_fragments = false;
  /// Octets that packets in a tunnel are padded to, as far as the path takes them; 0: not at all
  /// (RFC 4303, 2.7). ESP's alone.
  std::uint16_t pad_to = 0;
  core::Spi spi{};
  std::optional<UdpEncapsulation> encapsulation;
  std::uint16_t path_mtu = 65535;    ///< octets; what the link to the other end takes
  std::uint32_t replay_window = 64;  ///< packets; inbound only; 0 turns it off

  net::Address ours, theirs;                ///< outer addresses, one family
  std::optional<AddressesSent> before_nat;  ///< inbound only
  std::optional<GroupLookup> group;         ///< inbound only; absent: the SPI is enough
  EspAlgorithms algorithms;
  EspKeys keys;
  /// How long a smaller path MTU is believed (RFC 4301, 8.2.2; RFC 8201, 4).
  core::Duration path_mtu_age = std::chrono::minutes(10);
  /// How long the SA is silent before it sends a dummy packet (RFC 4303, 2.6); 0: for ever.
  core::Duration dummy_interval{};
  DscpMap dscp;
  std::optional<InnerAddresses> inner;  ///< of BEET mode, and only of it
  Lifetime lifetime;
  Selectors selectors;

  /// AH stands in no UDP (RFC 3948, 1.1) and knows no BEET; BEET alone has inner addresses, which
  /// are of one family.
  [[nodiscard]] auto is_consistent() const noexcept -> bool {
    const bool is_beet = mode == Mode::beet;
    if (is_beet != inner.has_value()) return false;
    if (inner && inner->ours.family() != inner->theirs.family()) return false;
    return protocol == Protocol::esp || (!is_beet && !encapsulation);
  }

  /// A second copy, keys included: one is for the data plane, which takes it apart.
  [[nodiscard]] auto clone() const -> SaParameters {
    return {.protocol = protocol,
            .direction = direction,
            .mode = mode,
            .esn = esn,
            .df = df,
            .fragmenting = fragmenting,
            .tcp_mss = tcp_mss,
            .icmp_errors = icmp_errors,
            .inner_dscp = inner_dscp,
            .ecn = ecn,
            .ah_alignment = ah_alignment,
            .nesting = nesting,
            .carries_later_fragments = carries_later_fragments,
            .pad_to = pad_to,
            .spi = spi,
            .encapsulation = encapsulation,
            .path_mtu = path_mtu,
            .replay_window = replay_window,
            .ours = ours,
            .theirs = theirs,
            .before_nat = before_nat,
            .group = group,
            .algorithms = algorithms,
            .keys = keys.clone(),
            .path_mtu_age = path_mtu_age,
            .dummy_interval = dummy_interval,
            .dscp = dscp,
            .inner = inner,
            .lifetime = lifetime,
            .selectors = selectors};
  }
};

}  // namespace esplanade::sa
