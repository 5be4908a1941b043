// One pair of ESP SAs as IKE sees it, and what it takes to make one (RFC 7296, 1.3.1, 2.8, 2.9).
#pragma once

#include "ike/event.h"
#include "ike/keys/suite.h"
#include "ike/negotiate/selectors.h"

#include <string>

namespace esplanade::ike::session {

enum class ChildState : std::uint8_t {
  installed,
  rekeying,  ///< we have asked for its successor
  replaced,  ///< a successor carries the traffic; somebody is about to delete it
  deleting,  ///< we have asked the peer to delete it
  gone,      ///< deleted on both sides; the inbound SA still takes what was on its way
};

struct Child {
  ChildId id{};
  std::string name;  ///< of its policy::ChildPolicy
  policy::PolicyId policy{};
  core::Spi inbound{}, outbound{};
  keys::ChildSuite suite;
  sa::Mode mode = sa::Mode::tunnel;
  negotiate::Selectors ours, theirs;
  policy::Populated populated;  ///< from the packet that asked for it, or for what it follows
  ChildState state = ChildState::installed;
  bool is_active = false;          ///< its outbound SA carries traffic
  std::optional<ChildId> follows;  ///< whose traffic it takes over (RFC 7296, 2.8)
  std::optional<core::Time> rekey_at, end_at;
  std::optional<core::Time> remove_at;    ///< of one that is gone
  std::optional<core::Time> activate_at;  ///< of one that waits for the peer to be ready
};

/// The nonces of an exchange; collisions are decided by them.
struct NoncePair {
  core::Bytes ni, nr;
  [[nodiscard]] auto lowest() const -> const core::Bytes& { return ni < nr ? ni : nr; }
};

/// Of two exchanges that rekeyed the same SA, the one with the lowest of the four nonces is
/// redundant: octet by octet, a prefix is lower (RFC 7296, 2.8.1). True if that is `a`.
[[nodiscard]] inline auto is_redundant(const NoncePair& a, const NoncePair& b) -> bool {
  return a.lowest() < b.lowest();
}

}  // namespace esplanade::ike::session
