// What an established IKE SA wants to ask its peer: jobs wait in a queue, and become moves while
// their request is out. A new exchange is another pair of these.
#pragma once

#include "ike/session/child/child.h"
#include "ike/wire/payloads.h"

#include <variant>

namespace esplanade::ike::session {

// --- jobs: not yet asked -----------------------------------------------------------------------

/// What is offered: all the policy allows, or no more than the packet (SINGLE_PAIR_REQUIRED,
/// RFC 7296, 2.9).
enum class Scope : std::uint8_t { policy, packet };
struct CreateChild {
  std::string child;
  /// The packet that asked for it (RFC 7296, 2.9).
  std::optional<Acquire> packet;
  Scope scope = Scope::policy;
  bool if_missing = false;  ///< not if the peer has made it meanwhile
  /// By what children of one policy with populate-from-packet flags are told apart.
  policy::Populated populated = {};
};
struct RekeyChild {
  ChildId child{};
};
/// Why a child of ours goes: its end by time or count is told like one that the peer made.
enum class Cause : std::uint8_t { asked, replaced, expired };
struct DeleteChild {
  ChildId child{};
  Cause cause = Cause::asked;
};
/// All children of a name, once none of them is being made or rekeyed.
struct CloseChildren {
  std::string child;
};
struct RekeyIke {};
struct DeleteIke {};
struct Probe {};
/// One payload in an INFORMATIONAL of its own: AUTHENTICATION_FAILED after a bad response,
/// INVALID_SPI, the deletion of a child that was never installed.
struct Tell {
  wire::Payload payload;
};
using Job = std::variant<CreateChild, RekeyChild, DeleteChild, CloseChildren, RekeyIke, DeleteIke,
                         Probe, Tell>;

// --- moves: asked, and waiting for the answer --------------------------------------------------

/// A child we have proposed, in IKE_AUTH or CREATE_CHILD_SA.
struct ChildOffer {
  const policy::ChildPolicy* policy = nullptr;
  core::Spi inbound{};
  std::vector<sa::Proposal> proposals;  ///< as sent
  negotiate::Offer selectors;           ///< as sent
  policy::Populated populated;
  bool is_transport = false;
  bool has_later_fragments = false;  ///< NON_FIRST_FRAGMENTS_ALSO
};

/// The successor that the peer made of an SA that we are rekeying as well.
struct RivalChild {
  ChildId child{};
  NoncePair nonces;
};

struct CreatingChild {
  ChildOffer offer;
  core::Bytes ni;
  std::unique_ptr<crypto::KeyExchange> ke;  ///< none without PFS
  std::optional<ChildId> replaces;
  std::optional<RivalChild> rival;
  std::optional<Acquire> packet;
  Scope scope = Scope::policy;
  std::uint32_t group_tries = 0;  ///< INVALID_KE_PAYLOAD answers so far
};

/// The IKE SA that the peer made of the one we are rekeying as well.
struct RivalIke {
  SessionId session{};
  NoncePair nonces;
};

struct RekeyingIke {
  IkeSpi spi{};
  std::vector<sa::Proposal> proposals;
  core::Bytes ni;
  std::unique_ptr<crypto::KeyExchange> ke;
  std::optional<RivalIke> rival;
  std::uint32_t group_tries = 0;
};

struct DeletingChild {
  ChildId child{};
  Cause cause = Cause::asked;
};
struct DeletingIke {};
struct Probing {};
struct Telling {};
using Moving =
    std::variant<CreatingChild, RekeyingIke, DeletingChild, DeletingIke, Probing, Telling>;

}  // namespace esplanade::ike::session
