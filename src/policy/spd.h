// The Security Policy Database (RFC 4301, 4.4.1): ordered entries, of which the first that holds a
// packet decides; what none holds is discarded.
//
// PROTECT entries (the RFC's SPD-S) hold both directions: clear packets that come in and meet one
// are not let through. BYPASS and DISCARD hold what goes out (SPD-O), what comes in (SPD-I), or
// both. One list with all of them gives the same answers as the three lists of the RFC, without
// their having to be kept in step; the index behind it gives them at once.
//
// Threads: one worker owns it.   Allocates: append() only.
#pragma once

#include "core/time.h"
#include "policy/carriers.h"
#include "policy/connection.h"
#include "policy/selector_index.h"

#include <bitset>
#include <deque>

namespace esplanade::policy {

enum class Processing : std::uint8_t { discard, bypass, protect };

/// Packets of these DSCPs alone, so that parallel SAs carry them apart (RFC 4301, 4.1).
using DscpSet = std::bitset<64>;
[[nodiscard]] inline auto any_dscp() noexcept -> DscpSet { return DscpSet{}.set(); }

/// Protected by the one SA; SaIndex::none: DISCARD, for its SA cannot be used.
struct SpdEntry {
  sa::Selectors selectors;
  core::SaIndex sa = core::SaIndex::none;
  DscpSet dscps = any_dscp();
  std::string name;  ///< of the configuration's section
};

enum class Sides : std::uint8_t { both, outbound, inbound };
[[nodiscard]] constexpr auto holds(Sides sides, sa::Direction direction) noexcept -> bool {
  const bool is_outbound = direction == sa::Direction::outbound;
  return sides != (is_outbound ? Sides::inbound : Sides::outbound);
}

/// Let through in clear, or not at all.
struct ClearEntry {
  sa::Selectors selectors;
  Processing processing = Processing::discard;  ///< bypass or discard
  Sides sides = Sides::both;
  std::string name;
};

/// What becomes of a packet while no SA takes it: never does it leave in clear.
enum class Unkeyed : std::uint8_t { drop, hold };

/// Protected by the SAs of a child of IKE's.
struct KeyedEntry {
  PolicyId policy{};
  sa::Selectors selectors;
  /// Its SAs may carry more than `selectors` say, for one end's address is yet to be learnt.
  bool is_open = false;
  Unkeyed unkeyed = Unkeyed::drop;
  std::string name;
  PopulateFromPacket populate = {};
};

/// A KeyedEntry at work.
struct Keyed {
  PolicyId policy{};
  Unkeyed unkeyed = Unkeyed::drop;
  Carriers carriers;
  std::optional<core::Time> asked_at;  ///< when IKE was last asked for an SA
  bool is_trapped = false;             ///< IKE wants to be asked, whatever `unkeyed` says
  PopulateFromPacket populate;
  std::uint32_t asked = 0;  ///< how often since `asked_at`

  [[nodiscard]] auto holds() const noexcept -> bool {
    return unkeyed == Unkeyed::hold || is_trapped;
  }
};

/// An entry of any kind.
struct Entry {
  std::string name;
  sa::Selectors selectors;
  Processing processing = Processing::discard;
  Sides sides = Sides::both;
  DscpSet dscps = any_dscp();
  core::SaIndex sa = core::SaIndex::none;  ///< of a SpdEntry
  std::optional<std::size_t> keyed;        ///< of a KeyedEntry: its place
  bool is_open = false;                    ///< of a KeyedEntry
};

/// For what goes out. To protect there is an SA; or none, and the policy that has none yet.
struct Decision {
  Processing processing = Processing::discard;
  core::SaIndex sa = core::SaIndex::none;
  Keyed* unkeyed = nullptr;
  const Entry* entry = nullptr;  ///< nullptr where none holds the packet
};

class Spd {
 public:
  /// Behind all entries there are. A policy stands here once.
  void append(SpdEntry entry);
  void append(KeyedEntry entry);
  void append(ClearEntry entry);

  /// What becomes of a packet that goes out (RFC 4301, 5.1 step 2).
  [[nodiscard]] auto classify(const net::Datagram& packet) noexcept -> Decision;
  /// What becomes of one that came in unprotected (5.2 step 3a): `protect` says that it should not
  /// have.
  [[nodiscard]] auto classify_clear(const net::Datagram& packet) const noexcept -> Processing;

  /// Of one of entries() that has SAs of IKE's; none for others.
  [[nodiscard]] auto policy_of(const Entry& entry) const noexcept -> std::optional<PolicyId> {
    return entry.keyed ? std::optional(keyed_[*entry.keyed].policy) : std::nullopt;
  }
  /// nullptr where there is none. What it has may be changed, and so may answers be.
  [[nodiscard]] auto find(PolicyId policy) noexcept -> Keyed*;
  /// Another one as soon as classify() may answer otherwise than before: here, or in the database
  /// that this one has taken over from.
  [[nodiscard]] auto version() const noexcept -> std::uint64_t { return version_; }
  /// What `before` knows of policies that are here too goes on.
  void take_over(Spd& before) noexcept;

  /// In their order.
  [[nodiscard]] auto entries() const noexcept -> const std::deque<Entry>& { return entries_; }

 private:
  void file(Entry entry);
  [[nodiscard]] auto decide(const Entry& entry, const net::Datagram& packet) noexcept -> Decision;
  /// By the SA of the first entry before `limit` that is open and has one for the packet.
  [[nodiscard]] auto find_open(const net::Datagram& packet,
                               std::optional<std::uint32_t> limit) const noexcept
      -> std::optional<Decision>;

  std::deque<Entry> entries_;  // their addresses stay, which the index holds
  SelectorIndex index_;
  std::vector<std::uint32_t> open_;  ///< entries
  std::vector<Keyed> keyed_;
  std::uint64_t version_ = 0;
  std::unordered_map<PolicyId, std::size_t> by_policy_;
};

}  // namespace esplanade::policy
