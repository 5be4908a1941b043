// The outbound Security Policy Database (RFC 4301, 4.4.1): an ordered list, the first match
// decides, and what nothing matches is discarded.
//
// Every entry is PROTECT: by one SA made by hand, or by those IKE has made and may yet make.
//
// Threads: one worker owns it.
#pragma once

#include "core/time.h"
#include "policy/carriers.h"
#include "policy/connection.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace esplanade::policy {

/// Protected by the one SA; SaIndex::none: DISCARD.
struct SpdEntry {
  sa::Selectors selectors;
  core::SaIndex sa = core::SaIndex::none;
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
};

/// A KeyedEntry at work.
struct Keyed {
  PolicyId policy{};
  bool is_open = false;
  Unkeyed unkeyed = Unkeyed::drop;
  Carriers carriers;
  std::optional<core::Time> asked_at;  ///< when IKE was last asked for an SA
  bool is_trapped = false;             ///< IKE wants to be asked, whatever `unkeyed` says

  [[nodiscard]] auto holds() const noexcept -> bool {
    return unkeyed == Unkeyed::hold || is_trapped;
  }
};

/// An SA; or none, and the policy that has none yet; or neither: DISCARD.
struct Decision {
  core::SaIndex sa = core::SaIndex::none;
  Keyed* unkeyed = nullptr;
};

class Spd {
 public:
  /// Behind all entries there are. A policy stands here once.
  void append(SpdEntry entry);
  void append(KeyedEntry entry);

  [[nodiscard]] auto classify(const net::Datagram& packet) noexcept -> Decision;

  /// nullptr where there is none.
  [[nodiscard]] auto find(PolicyId policy) noexcept -> Keyed*;
  /// What `before` knows of policies that are here too goes on.
  void take_over(Spd& before) noexcept;

 private:
  struct Entry {
    SpdEntry entry;
    std::optional<std::size_t> keyed;  ///< its place in keyed_
  };
  std::vector<Entry> entries_;
  std::vector<Keyed> keyed_;
  std::unordered_map<PolicyId, std::size_t> by_policy_;
};

}  // namespace esplanade::policy
